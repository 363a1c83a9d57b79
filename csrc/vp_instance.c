/*
 * vp_instance.c - launching, starting, stopping and terminating instances.
 *
 * An instance has no addresses of its own: it shows those of its interface with device index 0,
 * which vp_instance_reflect writes anew after every change. Semantics 8.1.
 */
#include "vp_host_name.h"
#include "vp_interface.h"

#include <string.h>

/* ---- what an instance shows ------------------------------------------------------------------ */

vp_status vp_instance_reflect(vp_change *change, vp_name instance_id, vp_error *error) {
    vp_network *network = change->network;
    vp_instance *instance = (vp_instance *)vp_network_find(network, VP_KIND_INSTANCE, instance_id);
    const vp_network_interface *primary = vp_interface_at(network, instance_id, 0);
    if (instance == NULL || primary == NULL) {
        return VP_OK;
    }
    VP_TRY(vp_change_edit(change, &instance->record, error));
    instance->vpc_id = primary->vpc_id;
    instance->subnet_id = primary->subnet_id;
    instance->private_ip_address = primary->private_ip_address;
    instance->public_ip_address = primary->association.public_ip;
    instance->ipv6_address = (vp_addr){0, 0, 0};
    if (primary->ipv6_addresses.count > 0) {
        instance->ipv6_address =
            VP_ITEM(vp_ipv6_address, &primary->ipv6_addresses, 0)->ipv6_address;
    }
    instance->source_dest_check = primary->source_dest_check;
    VP_TRY(vp_host_name_private(network, instance->record.region, &primary->private_ip_address,
                                &instance->private_dns_name, error));
    VP_TRY(vp_host_name_public(network, primary->vpc_id, &primary->association.public_ip,
                               &instance->public_dns_name, error));
    return vp_change_copy_list(change, &vp_group_identifier_schema, &primary->groups,
                               &instance->security_groups, error);
}

/* Puts an instance into a state by way of another one. */
static vp_status enter(vp_call *call, vp_instance *instance, const char *action, const char *by,
                       const char *state, vp_error *error) {
    vp_network *network = call->network;
    VP_TRY(vp_change_edit(call->change, &instance->record, error));
    VP_TRY(vp_network_log(network, action, instance->record.id, by, error));
    VP_TRY(vp_network_log(network, action, instance->record.id, state, error));
    VP_SET(call, instance->state.name, state, error);
    return vp_route_table_refresh(call->change, instance->record.id, false, error);
}

/* ---- run ------------------------------------------------------------------------------------- */

/* One of several interfaces of a launch. */
typedef struct interface_item {
    vp_interface_request interface;
    vp_name subnet_id;
    vp_int device_index;
    vp_bool delete_on_termination;
} interface_item;

static const vp_field interface_item_fields[] = {
    VP_FIELD(interface_item, device_index, VP_TYPE_INT, "DeviceIndex", 0, NULL),
    VP_FIELD(interface_item, interface.made.id, VP_TYPE_TEXT, "NetworkInterfaceId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(interface_item, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL),
    VP_INTERFACE_ADDRESS_FIELDS(interface_item, interface.),
    VP_FIELD(interface_item, interface.groups, VP_TYPE_LIST, "Groups", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(interface_item, interface.associate_public_ip_address, VP_TYPE_BOOL,
             "AssociatePublicIpAddress", 0, NULL),
    VP_FIELD(interface_item, interface.source_dest_check, VP_TYPE_BOOL, "SourceDestCheck", 0, NULL),
    VP_FIELD(interface_item, delete_on_termination, VP_TYPE_BOOL, "DeleteOnTermination", 0, NULL),
    VP_FIELD(interface_item, interface.description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(interface_item, interface.interface_type, VP_TYPE_TEXT, "InterfaceType", 0, NULL)};
static const vp_schema interface_item_schema =
    VP_SCHEMA("InstanceNetworkInterfaceSpecification", interface_item, interface_item_fields);

typedef struct run_request {
    vp_interface_request interface; /* made.id is the interface's, made.tags stay empty */
    vp_list network_interfaces;     /* interface_item: instead of `interface` */
    vp_new made;
    vp_name image_id, instance_type;
    vp_int min_count, max_count;
    vp_bool nat;
} run_request;

static const vp_field run_fields[] = {
    VP_NEW_FIELDS(run_request, "InstanceId"),
    VP_FIELD(run_request, interface.made.id, VP_TYPE_TEXT, "NetworkInterfaceId", VP_FIELD_REFERENCE,
             NULL),
    VP_INTERFACE_ADDRESS_FIELDS(run_request, interface.),
    VP_FIELD(run_request, interface.ipv6_address, VP_TYPE_ADDR, "Ipv6Address", 0, NULL),
    VP_FIELD(run_request, interface.groups, VP_TYPE_LIST, "SecurityGroupIds", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(run_request, interface.public_ip, VP_TYPE_ADDR, "PublicIp", 0, NULL),
    VP_FIELD(run_request, interface.associate_public_ip_address, VP_TYPE_BOOL,
             "AssociatePublicIpAddress", 0, NULL),
    VP_FIELD(run_request, interface.source_dest_check, VP_TYPE_BOOL, "SourceDestCheck", 0, NULL),
    VP_FIELD(run_request, network_interfaces, VP_TYPE_LIST, "NetworkInterfaces", 0,
             &interface_item_schema),
    VP_FIELD(run_request, image_id, VP_TYPE_TEXT, "ImageId", 0, NULL),
    VP_FIELD(run_request, instance_type, VP_TYPE_TEXT, "InstanceType", 0, NULL),
    VP_FIELD(run_request, min_count, VP_TYPE_INT, "MinCount", 0, NULL),
    VP_FIELD(run_request, max_count, VP_TYPE_INT, "MaxCount", 0, NULL),
    VP_FIELD(run_request, nat, VP_TYPE_BOOL, "Nat", 0, NULL)};
static const vp_schema run_schema = VP_SCHEMA("RunInstances", run_request, run_fields);

/* The tag that marks a NAT instance (semantics 4.6). */
static vp_status mark_nat(vp_call *call, vp_record *instance, vp_error *error) {
    void *item;
    VP_TRY(vp_change_append(call->change, &vp_tag_schema, &instance->tags, &item, error));
    vp_tag *tag = item;
    VP_SET(call, tag->key, "vpcpeer:nat", error);
    return vp_network_name(call->network, "true", &tag->value, error);
}

/* What a request says of an interface, in AWS's words; NULL when that is no more than an id. */
static const char *what_is_said(const vp_interface_request *given) {
    const struct {
        bool given;
        const char *what;
    } rows[] = {
        {given->private_ip_address.family != 0 || given->private_ip_addresses.count > 0 ||
             given->secondary_private_ip_address_count.given || given->ipv4_prefixes.count > 0 ||
             given->ipv4_prefix_count.given,
         "private IP address"},
        {given->ipv6_address.family != 0 || given->ipv6_addresses.count > 0 ||
             given->ipv6_address_count.given || given->ipv6_prefixes.count > 0 ||
             given->ipv6_prefix_count.given,
         "IPv6 address"},
        {given->groups.count > 0, "security groups"},
        {given->public_ip.family != 0 || given->associate_public_ip_address != VP_UNSET,
         "public IP address"},
        {given->source_dest_check != VP_UNSET, "source/destination check"},
        {given->description != VP_NO_NAME || given->interface_type != VP_NO_NAME, "description"}};
    for (size_t i = 0; i < VP_COUNT_OF(rows); i++) {
        if (rows[i].given) {
            return rows[i].what;
        }
    }
    return NULL;
}

/* An interface that is there already is used as it is; it must be free and in the subnet. */
static vp_status take_interface(vp_call *call, const vp_subnet *subnet,
                                const vp_interface_request *request, vp_network_interface *existing,
                                vp_error *error) {
    const char *id = vp_network_text(call->network, existing->record.id);
    const char *what = what_is_said(request);
    if (what != NULL) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "The interface %s exists and keeps what it has: a launch that uses it may not "
                  "specify %s",
                  id, what);
    }
    if (existing->attachment.instance_id != VP_NO_NAME ||
        !vp_network_name_is(call->network, existing->status, "available")) {
        VP_REFUSE(error, "InvalidNetworkInterface.InUse", "Interface: [%s] in use.", id);
    }
    if (existing->subnet_id != subnet->record.id) {
        VP_REFUSE(error, "InvalidParameterCombination", "The interface %s is not in the subnet %s",
                  id, vp_network_text(call->network, subnet->record.id));
    }
    return VP_OK;
}

/* An interface of a launch, and whether it goes with the instance: as AWS does, what it made does.
 */
typedef struct launched {
    vp_network_interface *interface;
    bool is_new, is_deleted;
} launched;

/* AWS lends an address by itself only to an instance with one interface (`alone`). */
static vp_status find_or_make_interface(vp_call *call, const vp_subnet *subnet,
                                        vp_interface_request *request, bool alone, launched *found,
                                        vp_error *error) {
    vp_name id = request->made.id;
    vp_record *existing = vp_network_find(call->network, VP_KIND_NETWORK_INTERFACE, id);
    found->is_new = found->is_deleted = existing == NULL;
    if (existing != NULL) {
        VP_TRY(vp_check_own(call, VP_KIND_NETWORK_INTERFACE, id, &existing, error));
        found->interface = (vp_network_interface *)existing;
        return take_interface(call, subnet, request, found->interface, error);
    }
    if (!alone) {
        request->associate_public_ip_address = VP_FALSE;
    } else if (request->associate_public_ip_address == VP_UNSET &&
               vp_cidr_is_given(&subnet->cidr_block)) {
        request->associate_public_ip_address = subnet->map_public_ip_on_launch;
    }
    return vp_interface_make(call, subnet, request, &found->interface, error);
}

/* ---- several interfaces ---------------------------------------------------------------------- */

/* What an interface has is said in the list, or beside it where there is none. */
static vp_status refuse_beside_list(const vp_interface_request *given, vp_error *error) {
    const char *what = given->made.id != VP_NO_NAME ? "network interface" : what_is_said(given);
    if (what != NULL) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "Network interfaces and an instance-level %s may not be specified on the same "
                  "request",
                  what);
    }
    return VP_OK;
}

/* Every index once; AWS lends no address to an instance with several interfaces. */
static vp_status check_item(const vp_list *items, uint32_t at, vp_error *error) {
    const interface_item *item = VP_ITEM(interface_item, items, at);
    VP_TRY(vp_check_given(item->device_index.given, "networkInterfaces.deviceIndex", error));
    if (item->device_index.value < 0) {
        VP_REFUSE(error, "InvalidParameterValue", "Invalid value '%d' for deviceIndex.",
                  (int)item->device_index.value);
    }
    if (items->count > 1 && item->interface.associate_public_ip_address == VP_TRUE) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "The associatePublicIPAddress parameter cannot be specified when launching with "
                  "multiple network interfaces.");
    }
    for (uint32_t i = 0; i < at; i++) {
        if (VP_ITEM(interface_item, items, i)->device_index.value == item->device_index.value) {
            VP_REFUSE(error, "InvalidParameterCombination",
                      "Each network interface requires a unique device index.");
        }
    }
    return VP_OK;
}

static vp_status check_items(const run_request *request, interface_item **first, vp_error *error) {
    const vp_list *items = &request->network_interfaces;
    *first = NULL;
    VP_TRY(refuse_beside_list(&request->interface, error));
    for (uint32_t i = 0; i < items->count; i++) {
        interface_item *item = VP_ITEM(interface_item, items, i);
        VP_TRY(check_item(items, i, error));
        *first = item->device_index.value == 0 ? item : *first;
    }
    if (*first == NULL) {
        VP_REFUSE(error, "InvalidParameterValue", "An interface with device index 0 is needed.");
    }
    return VP_OK;
}

/* The subnet of an interface: its own or that of the launch, always in the zone of the launch. */
static vp_status subnet_of_item(const vp_call *call, const interface_item *item,
                                const vp_subnet **subnet, vp_error *error) {
    const vp_network *network = call->network;
    const vp_subnet *launch = (const vp_subnet *)call->receiver;
    const vp_network_interface *existing = (const vp_network_interface *)vp_network_find(
        network, VP_KIND_NETWORK_INTERFACE, item->interface.made.id);
    vp_name id = item->subnet_id != VP_NO_NAME ? item->subnet_id
                 : existing != NULL            ? existing->subnet_id
                                               : launch->record.id;
    vp_record *record = call->receiver;
    if (id != launch->record.id) {
        VP_TRY(vp_check_own(call, VP_KIND_SUBNET, id, &record, error));
    }
    *subnet = (const vp_subnet *)record;
    if (item->device_index.value == 0 && *subnet != launch) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "The interface with device index 0 is not in the subnet %s",
                  vp_network_text(network, launch->record.id));
    }
    if ((*subnet)->availability_zone != launch->availability_zone) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "You may not attach a network interface to an instance if they are not in the "
                  "same availability zone");
    }
    return VP_OK;
}

static vp_status launch_item(vp_call *call, interface_item *item, bool alone, launched *found,
                             vp_error *error) {
    const vp_subnet *subnet;
    VP_TRY(subnet_of_item(call, item, &subnet, error));
    VP_TRY(find_or_make_interface(call, subnet, &item->interface, alone, found, error));
    if (!found->is_new && item->delete_on_termination == VP_TRUE) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "A network interface may not specify a network interface ID and delete on "
                  "termination as true");
    }
    found->is_deleted = found->is_new && item->delete_on_termination != VP_FALSE;
    return VP_OK;
}

/* The others, in the order of the request. */
static vp_status hang_others(vp_call *call, const vp_list *items, vp_instance *instance,
                             vp_error *error) {
    for (uint32_t i = 0; i < items->count; i++) {
        interface_item *item = VP_ITEM(interface_item, items, i);
        launched found;
        if (item->device_index.value != 0) {
            VP_TRY(launch_item(call, item, false, &found, error));
            VP_TRY(vp_interface_hang(call, found.interface, instance, item->device_index.value,
                                     found.is_deleted, error));
        }
    }
    return VP_OK;
}

/* ---- the launch ------------------------------------------------------------------------------ */

/* AWS counts instances; this call makes one, so any other number would not be what is meant. */
static vp_status check_one(vp_int count, const char *parameter, vp_error *error) {
    if (count.given && count.value != 1) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%d) for parameter %s is invalid. One call makes one instance.",
                  (int)count.value, parameter);
    }
    return VP_OK;
}

/* The interface with device index 0, which is there before its instance. */
static vp_status launch_primary(vp_call *call, run_request *request, launched *primary,
                                vp_error *error) {
    interface_item *first;
    if (request->network_interfaces.count == 0) {
        return find_or_make_interface(call, (const vp_subnet *)call->receiver, &request->interface,
                                      true, primary, error);
    }
    VP_TRY(check_items(request, &first, error));
    return launch_item(call, first, request->network_interfaces.count == 1, primary, error);
}

/***
Launches one instance in a subnet, with one interface or with those of a list.
@function subnet:run_instance
@tparam[opt] table options `private_ip_address` (default: the lowest free one),
`private_ip_addresses` (`{{ private_ip_address, primary }}`), `secondary_private_ip_address_count`,
`ipv6_address`, `ipv6_addresses` (`{{ ipv6_address }}`), `ipv6_address_count`, prefixes as for
create\_network\_interface, `security_group_ids` (list of ids or groups, default: the VPC's default
group), `public_ip` (a public IPv4 address to have), `associate_public_ip_address` (boolean,
default: the subnet's `map_public_ip_on_launch`), `source_dest_check` (boolean, default true), `nat`
(boolean: it translates addresses), `network_interfaces` (instead of what belongs to the one
interface: list of `{ device_index, subnet_id, network_interface_id, groups, description,
delete_on_termination }` with addresses and prefixes as above; `device_index` is needed, 0 is in
this subnet and all are in its zone; `delete_on_termination` is true unless the interface exists),
`image_id`, `instance_type`, `min_count` and `max_count` (1), `instance_id` (its own id),
`network_interface_id` (the id of its interface; one that exists is used), `tags`
@treturn instance `state.name` is "running"
@raise InvalidParameterValue, InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet,
InvalidGroup.NotFound, InvalidParameter (a group of another VPC), InvalidNetworkInterface.InUse,
InvalidParameterCombination (also: an interface that exists is told what it has),
PrivateIpAddressLimitExceeded (256),
SecurityGroupsPerInterfaceLimitExceeded
@usage local web = subnet:run_instance{
  private_ip_address = "172.16.0.10", tags = { Name = "web" } }
Source: EC2 API Reference, "RunInstances"
*/
static vp_status run_instance(vp_call *call, vp_error *error) {
    const vp_subnet *subnet = (const vp_subnet *)call->receiver;
    const vp_network *network = call->network;
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, subnet->vpc_id);
    run_request *request = call->request;
    launched primary;
    vp_record *record;
    VP_TRY(check_one(request->min_count, "minCount", error));
    VP_TRY(check_one(request->max_count, "maxCount", error));
    VP_TRY(launch_primary(call, request, &primary, error));
    VP_TRY(vp_check_add(call, VP_KIND_INSTANCE, &request->made, vpc, &record, error));
    vp_instance *instance = (vp_instance *)record;
    instance->image_id = request->image_id;
    instance->instance_type = request->instance_type;
    if (request->nat == VP_TRUE) {
        VP_TRY(mark_nat(call, record, error));
    }
    VP_TRY(enter(call, instance, "RunInstances", "pending", "running", error));
    VP_TRY(vp_interface_hang(call, primary.interface, instance, 0, primary.is_deleted, error));
    VP_TRY(hang_others(call, &request->network_interfaces, instance, error));
    call->result = record;
    return VP_OK;
}

/* ---- start, stop, terminate ------------------------------------------------------------------ */

static vp_status refuse_state(const vp_call *call, const char *verb, vp_error *error) {
    VP_REFUSE(error, "IncorrectInstanceState",
              "This instance '%s' is not in a state from which it can be %s.",
              vp_network_text(call->network, call->receiver->id), verb);
}

static bool is_in(const vp_call *call, const char *state) {
    const vp_instance *instance = (const vp_instance *)call->receiver;
    return vp_network_name_is(call->network, instance->state.name, state);
}

/* Shall the interface have an address that Amazon lends? The launch said so, else the subnet does.
 */
static bool is_lent_public(const vp_subnet *subnet, const vp_network_interface *primary) {
    vp_bool wished = primary->associate_public_ip_address;
    return (wished != VP_UNSET ? wished : subnet->map_public_ip_on_launch) == VP_TRUE;
}

/***
Starts a stopped instance. It gets a new public address if it was launched with one; of an instance
that was loaded its subnet's `map_public_ip_on_launch` decides.
@function instance:start
@treturn instance itself, `state.name` is "running"
@raise IncorrectInstanceState
@usage web:start()
Source: EC2 API Reference, "StartInstances"
*/
static vp_status start(vp_call *call, vp_error *error) {
    vp_instance *instance = (vp_instance *)call->receiver;
    call->result = call->receiver;
    if (is_in(call, "running")) {
        return VP_OK;
    }
    if (!is_in(call, "stopped")) {
        return refuse_state(call, "started", error);
    }
    VP_TRY(enter(call, instance, "StartInstances", "pending", "running", error));
    vp_network_interface *primary = vp_interface_at(call->network, instance->record.id, 0);
    const vp_subnet *subnet =
        (const vp_subnet *)vp_network_find(call->network, VP_KIND_SUBNET, instance->subnet_id);
    if (primary == NULL || subnet == NULL || primary->private_ip_addresses.count == 0 ||
        !is_lent_public(subnet, primary) || primary->association.public_ip.family != 0) {
        return VP_OK;
    }
    vp_address_association shown = {.public_ip = {0, 0, 0}};
    VP_TRY(vp_address_new_public(call->network, &shown.public_ip, error));
    VP_SET(call, shown.ip_owner_id, "amazon", error);
    return vp_address_show(call->change, primary, 0, &shown, error);
}

/* Amazon takes back the addresses it lent; Elastic IPs stay. */
static vp_status give_back(vp_call *call, vp_network_interface *owner, vp_error *error) {
    for (uint32_t i = 0; i < owner->private_ip_addresses.count; i++) {
        const vp_address_association *association =
            &VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, i)->association;
        if (vp_network_name_is(call->network, association->ip_owner_id, "amazon")) {
            VP_TRY(vp_address_show(call->change, owner, i, NULL, error));
        }
    }
    return VP_OK;
}

/***
Stops a running instance. Its private addresses and Elastic IPs stay, a public address that Amazon
lent goes; routes to it become blackholes.
@function instance:stop
@treturn instance itself, `state.name` is "stopped"
@raise IncorrectInstanceState
@usage web:stop()
Source: EC2 API Reference, "StopInstances"
*/
static vp_status stop(vp_call *call, vp_error *error) {
    vp_instance *instance = (vp_instance *)call->receiver;
    call->result = call->receiver;
    if (is_in(call, "stopped")) {
        return VP_OK;
    }
    if (!is_in(call, "running")) {
        return refuse_state(call, "stopped", error);
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_NETWORK_INTERFACE); i++) {
        vp_network_interface *owner =
            VP_ROW(vp_network_interface, call->network, VP_KIND_NETWORK_INTERFACE, i);
        if (owner->attachment.instance_id == instance->record.id) {
            VP_TRY(give_back(call, owner, error));
        }
    }
    return enter(call, instance, "StopInstances", "stopping", "stopped", error);
}

/* A terminated instance is an empty shell: it shows no network any more. */
static void empty(const vp_call *call, vp_instance *instance) {
    vp_list_clear(&call->network->alloc, &vp_group_identifier_schema, &instance->security_groups);
    instance->vpc_id = instance->subnet_id = VP_NO_NAME;
    instance->private_dns_name = instance->public_dns_name = VP_NO_NAME;
    instance->private_ip_address = instance->public_ip_address = instance->ipv6_address =
        (vp_addr){0, 0, 0};
    instance->source_dest_check = VP_UNSET;
}

/*
 * What the data do not say is AWS's default: an interface that was attached later stays, the first
 * one was made for the instance.
 */
static bool goes_with_instance(const vp_network_interface *owner) {
    vp_bool said = owner->attachment.delete_on_termination;
    return said == VP_UNSET ? owner->attachment.device_index.value == 0 : said == VP_TRUE;
}

static vp_status leave_instance(vp_call *call, vp_network_interface *owner, vp_error *error) {
    if (goes_with_instance(owner)) {
        return vp_interface_remove(call->change, owner, error);
    }
    VP_TRY(give_back(call, owner, error));
    return vp_interface_take_off(call->change, owner, error);
}

/***
Terminates an instance: its interfaces are deleted with their addresses, Elastic IPs are
disassociated, routes to it become blackholes. Interfaces whose `attachment.delete_on_termination`
is false are only detached. The instance stays, in state "terminated".
@function instance:terminate
@treturn instance itself, `state.name` is "terminated"
@usage web:terminate()
Source: EC2 API Reference, "TerminateInstances"
*/
static vp_status terminate(vp_call *call, vp_error *error) {
    vp_instance *instance = (vp_instance *)call->receiver;
    call->result = call->receiver;
    if (is_in(call, "terminated")) {
        return VP_OK;
    }
    VP_TRY(enter(call, instance, "TerminateInstances", "shutting-down", "terminated", error));
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_NETWORK_INTERFACE); i++) {
        vp_network_interface *owner =
            VP_ROW(vp_network_interface, call->network, VP_KIND_NETWORK_INTERFACE, i);
        if (owner->attachment.instance_id == instance->record.id) {
            VP_TRY(leave_instance(call, owner, error));
        }
    }
    empty(call, instance);
    return VP_OK;
}

/* ---- attributes ------------------------------------------------------------------------------ */

typedef struct attribute_request {
    vp_list groups; /* vp_text_item */
    vp_bool source_dest_check;
} attribute_request;

static const vp_field attribute_fields[] = {
    VP_FIELD(attribute_request, groups, VP_TYPE_LIST, "Groups", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(attribute_request, source_dest_check, VP_TYPE_BOOL, "SourceDestCheck", 0, NULL)};
static const vp_schema attribute_schema =
    VP_SCHEMA("ModifyInstanceAttribute", attribute_request, attribute_fields);

/* The only interface of an instance; with several AWS wants the interface named. */
static vp_status only_interface(const vp_network *network, vp_name instance_id,
                                vp_network_interface **found, vp_error *error) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        vp_network_interface *owner =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (owner->attachment.instance_id == instance_id) {
            *found = owner;
            count++;
        }
    }
    if (count != 1) {
        VP_REFUSE(error, "InvalidInstanceID",
                  "There are %s interfaces attached to instance '%s'. Please specify an interface "
                  "ID for the operation instead.",
                  count == 0 ? "no" : "multiple", vp_network_text(network, instance_id));
    }
    return VP_OK;
}

/***
Changes groups and source/destination check of an instance with one interface.
@function instance:modify_attribute
@tparam table options `groups` (list of ids or groups), `source_dest_check` (boolean)
@treturn instance itself
@raise InvalidInstanceID (several interfaces), InvalidGroup.NotFound, InvalidParameter (a group of
another VPC), MissingParameter
@usage nat:modify_attribute{ source_dest_check = false }
Source: EC2 API Reference, "ModifyInstanceAttribute"
*/
static vp_status modify_attribute(vp_call *call, vp_error *error) {
    const attribute_request *request = call->request;
    vp_network_interface *owner = NULL;
    bool check = request->source_dest_check != VP_UNSET;
    VP_TRY(vp_check_given(check || request->groups.count > 0, "groups or sourceDestCheck", error));
    VP_TRY(only_interface(call->network, call->receiver->id, &owner, error));
    VP_TRY(vp_change_edit(call->change, &owner->record, error));
    if (check) {
        owner->source_dest_check = request->source_dest_check;
    }
    if (request->groups.count > 0) {
        VP_TRY(vp_interface_set_groups(call, owner, &request->groups, error));
    }
    call->result = call->receiver;
    return vp_instance_reflect(call->change, call->receiver->id, error);
}

const vp_action vp_instance_actions[] = {
    {"run_instance", VP_KIND_SUBNET, &run_schema, run_instance},
    {"start", VP_KIND_INSTANCE, NULL, start},
    {"stop", VP_KIND_INSTANCE, NULL, stop},
    {"terminate", VP_KIND_INSTANCE, NULL, terminate},
    {"modify_attribute", VP_KIND_INSTANCE, &attribute_schema, modify_attribute},
    {NULL, VP_KIND_NONE, NULL, NULL}};
