/*
 * vp_end.c - from what people write to an end of a question.
 *
 * The one idea: one order of trying (form, id, Name tag, address) and one place that says what went
 * wrong, with the candidates, since a name that is nearly right is the most common mistake.
 */
#include "vp_end.h"

#include "vp_dns.h"
#include "vp_endpoint.h"

#include <stdio.h>
#include <string.h>

/* A piece of text, not terminated. */
typedef struct piece {
    const char *text;
    size_t length;
} piece;

static bool is_text(piece this, const char *wanted) {
    return strlen(wanted) == this.length && memcmp(this.text, wanted, this.length) == 0;
}

/* Cuts `this` before the first `mark`; true when there is one, with what follows in *rest. */
static bool cut_at(piece *this, char mark, piece *rest) {
    const char *found = memchr(this->text, mark, this->length);
    if (found == NULL) {
        return false;
    }
    size_t before = (size_t)(found - this->text);
    rest->text = found + 1;
    rest->length = this->length - before - 1;
    this->length = before;
    return true;
}

#define NEAREST_TEXT_MAX 64

/* Edits between two texts: insertions, deletions, replacements; `limit` + 1 when over the limit. */
static size_t distance_between(piece a, piece b, size_t limit) {
    size_t row[NEAREST_TEXT_MAX + 1];
    if (a.length > NEAREST_TEXT_MAX || b.length > NEAREST_TEXT_MAX ||
        (a.length > b.length ? a.length - b.length : b.length - a.length) > limit) {
        return limit + 1;
    }
    for (size_t k = 0; k <= b.length; k++) {
        row[k] = k;
    }
    for (size_t i = 1; i <= a.length; i++) {
        size_t diagonal = row[0], least = i;
        row[0] = i;
        for (size_t k = 1; k <= b.length; k++) {
            size_t above = row[k];
            size_t change = diagonal + (a.text[i - 1] == b.text[k - 1] ? 0 : 1);
            size_t insert = (row[k - 1] < above ? row[k - 1] : above) + 1;
            row[k] = change < insert ? change : insert;
            diagonal = above;
            least = row[k] < least ? row[k] : least;
        }
        if (least > limit) {
            return limit + 1;
        }
    }
    return row[b.length] > limit ? limit + 1 : row[b.length];
}

typedef struct nearest {
    piece wanted;
    size_t distance;
    vp_name name;
} nearest;

/* Each name that is nearer than the nearest so far takes its place; the first of equals stays. */
static void compare_name(const vp_network *network, nearest *search, vp_name name) {
    piece text;
    text.text = vp_names_text(&network->names, name, &text.length);
    if (name == VP_NO_NAME) {
        return;
    }
    size_t distance = distance_between(search->wanted, text, search->distance - 1);
    if (distance < search->distance) {
        search->distance = distance;
        search->name = name;
    }
}

/* The id, Name tag or Terraform address nearest to a text, at most a third of its length away; else
 * VP_NO_NAME. */
static vp_name find_nearest(vp_network *network, piece wanted) {
    size_t limit = wanted.length / 3 < 1 ? 1 : wanted.length / 3 > 3 ? 3 : wanted.length / 3;
    nearest search = {wanted, limit + 1, VP_NO_NAME};
    for (vp_kind kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = vp_network_rows(network, kind);
        for (uint32_t i = 0; i < rows->count && search.distance > 1; i++) {
            compare_name(network, &search, rows->rows[i]->id);
            compare_name(network, &search, vp_network_tag(network, rows->rows[i], "Name"));
            compare_name(network, &search,
                         vp_network_tag(network, rows->rows[i], VP_TAG_TERRAFORM_ADDRESS));
        }
    }
    return search.name;
}

/* The common mistakes are a wrong letter in a name and the id of another dump. */
static vp_status not_found(vp_network *network, piece text, vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX], meant[VP_ERROR_QUOTE_MAX];
    vp_error_quote(text.text, text.length, quoted);
    vp_name name = find_nearest(network, text);
    if (name == VP_NO_NAME) {
        return vp_error_set(error, VP_NOT_FOUND, "unknown_id",
                            "nothing in the model has the id, Name tag or address \"%s\"", quoted);
    }
    size_t length;
    const char *near = vp_names_text(&network->names, name, &length);
    return vp_error_set(error, VP_NOT_FOUND, "unknown_id",
                        "nothing in the model has the id, Name tag or address \"%s\"; did you mean "
                        "\"%s\"?",
                        quoted, vp_error_quote(near, length, meant));
}

/* Appends ", ID" to a message as long as it fits. */
static void list_candidate(const vp_network *network, const vp_record *record, char *text,
                           size_t size) {
    size_t used = strlen(text);
    char quoted[VP_ERROR_QUOTE_MAX];
    size_t length;
    const char *id = vp_names_text(&network->names, record->id, &length);
    vp_error_quote(id, length, quoted);
    if (used + strlen(quoted) + 8 < size) {
        (void)snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ", ", quoted);
    } else if (used + 5 < size && strcmp(text + used - 3, "...") != 0) {
        (void)snprintf(text + used, size - used, ", ...");
    }
}

/* The candidates are ids, since those can be used instead. */
static vp_status ambiguous(const vp_network *network, piece text, vp_record *const *all,
                           uint32_t count, vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX], candidates[VP_ERROR_MESSAGE_MAX - 120] = "";
    for (uint32_t i = 0; i < count; i++) {
        list_candidate(network, all[i], candidates, sizeof candidates);
    }
    return vp_error_set(error, VP_AMBIGUOUS, "ambiguous", "\"%s\" is the name of %lu objects: %s",
                        vp_error_quote(text.text, text.length, quoted), (unsigned long)count,
                        candidates);
}

static bool can_be_end(const vp_record *record) {
    return record->kind == VP_KIND_NETWORK_INTERFACE || record->kind == VP_KIND_INSTANCE ||
           record->kind == VP_KIND_SUBNET || vp_trace_faces_internet(record) ||
           record->kind == VP_KIND_ADDRESS || record->kind == VP_KIND_VPN_GATEWAY ||
           record->kind == VP_KIND_VPC_ENDPOINT || record->kind == VP_KIND_TRANSIT_GATEWAY ||
           record->kind == VP_KIND_TRANSIT_GATEWAY_ATTACHMENT;
}

static bool is_interface_of(const vp_record *record, const vp_record *instance) {
    return instance->kind == VP_KIND_INSTANCE && record->kind == VP_KIND_NETWORK_INTERFACE &&
           ((const vp_network_interface *)record)->attachment.instance_id == instance->id;
}

/*
 * The one of several objects of a name that can be an end: an instance and its interfaces are one,
 * and a VPC or a group of that name is not meant. NULL when there are several still.
 */
static vp_record *only_end(vp_record *const *all, uint32_t count) {
    vp_record *only = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (!can_be_end(all[i]) || (only != NULL && is_interface_of(all[i], only))) {
            continue;
        }
        if (only != NULL && !is_interface_of(only, all[i])) {
            return NULL;
        }
        only = all[i];
    }
    return only;
}

/*
 * The object with this id, else with this Name tag or Terraform address; *record is NULL when there
 * is none. For ends, objects that cannot be one do not count.
 */
static vp_status find_record(vp_network *network, piece text, bool for_end, vp_record **record,
                             vp_error *error) {
    const vp_index *index;
    uint32_t count;
    vp_name name = vp_names_find(&network->names, text.text, text.length);
    *record = vp_network_find(network, VP_KIND_NONE, name);
    if (name == VP_NO_NAME || *record != NULL) {
        return VP_OK;
    }
    vp_status status = vp_index_get(network, &index, error);
    if (status != VP_OK) {
        return status;
    }
    vp_record *const *all = vp_index_named(index, name, &count);
    *record = count == 1 ? all[0] : count > 1 && for_end ? only_end(all, count) : NULL;
    return count > 1 && *record == NULL ? ambiguous(network, text, all, count, error) : VP_OK;
}

vp_status vp_end_find(vp_network *network, const char *text, size_t length, vp_record **record,
                      vp_error *error) {
    piece wanted = {text, length};
    vp_record *found;
    vp_status status = find_record(network, wanted, false, &found, error);
    if (status != VP_OK) {
        return status;
    }
    if (found == NULL) {
        return not_found(network, wanted, error);
    }
    *record = found;
    return VP_OK;
}

/* Ids show their kind to whoever knows AWS, so the message need not name it in our words. */
static vp_status wrong_kind(const vp_network *network, const vp_record *record, const char *wanted,
                            vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX];
    size_t length;
    const char *id = vp_names_text(&network->names, record->id, &length);
    return vp_error_set(error, VP_INVALID, "invalid_end", "%s is not %s",
                        vp_error_quote(id, length, quoted), wanted);
}

vp_status vp_end_of_internet(const vp_network *network, vp_record *gateway, const vp_addr *address,
                             vp_end *end, vp_error *error) {
    if (gateway != NULL && !vp_trace_faces_internet(gateway)) {
        return wrong_kind(network, gateway, "an internet gateway", error);
    }
    memset(end, 0, sizeof *end);
    end->kind = VP_END_INTERNET;
    end->record = gateway;
    end->name = gateway == NULL ? VP_NO_NAME : gateway->id;
    if (address != NULL) {
        end->address = *address;
    }
    return VP_OK;
}

/* The attachments of VPCs and of other transit gateways lead elsewhere. */
static bool leads_on_premises(const vp_network *network, const vp_record *gateway) {
    if (gateway->kind != VP_KIND_TRANSIT_GATEWAY_ATTACHMENT) {
        return gateway->kind == VP_KIND_VPN_GATEWAY;
    }
    vp_transit_type type =
        vp_transit_type_of(network, (const vp_transit_gateway_attachment *)gateway);
    return type == VP_TRANSIT_VPN || type == VP_TRANSIT_DIRECT_CONNECT;
}

vp_status vp_end_of_premises(const vp_network *network, vp_record *gateway, const vp_addr *address,
                             vp_end *end, vp_error *error) {
    if (gateway != NULL && !leads_on_premises(network, gateway)) {
        return wrong_kind(network, gateway,
                          "a virtual private gateway, or a VPN or Direct Connect attachment",
                          error);
    }
    memset(end, 0, sizeof *end);
    end->kind = VP_END_ONPREM;
    end->record = gateway;
    end->name = gateway == NULL ? VP_NO_NAME : gateway->id;
    if (address != NULL) {
        end->address = *address;
    }
    return VP_OK;
}

vp_status vp_end_of_subnet(const vp_network *network, vp_record *subnet, const vp_addr *address,
                           vp_end *end, vp_error *error) {
    if (subnet->kind != VP_KIND_SUBNET) {
        return wrong_kind(network, subnet, "a subnet", error);
    }
    memset(end, 0, sizeof *end);
    end->kind = VP_END_SUBNET;
    end->record = subnet;
    end->name = subnet->id;
    if (address != NULL) {
        end->address = *address;
    }
    return VP_OK;
}

static bool subnet_contains(const vp_subnet *subnet, const vp_addr *address) {
    if (vp_cidr_contains_addr(&subnet->cidr_block, address)) {
        return true;
    }
    const vp_list *blocks = &subnet->ipv6_cidr_block_association_set;
    for (uint32_t i = 0; i < blocks->count; i++) {
        if (vp_cidr_contains_addr(&VP_ITEM(vp_block_association, blocks, i)->cidr_block, address)) {
            return true;
        }
    }
    return false;
}

/* Two candidates are enough to know that there is no single one; the message lists them. */
typedef struct candidates {
    vp_record *all[8];
    uint32_t count, listed;
} candidates;

static void add_candidate(candidates *found, vp_record *record) {
    if (found->listed < VP_COUNT_OF(found->all)) {
        found->all[found->listed++] = record;
    }
    found->count++;
}

/* An address is private to its VPC, so each VPC is asked. */
static void find_holders(vp_network *network, const vp_index *index, const vp_addr *address,
                         candidates *found) {
    const vp_rows *vpcs = vp_network_rows(network, VP_KIND_VPC);
    for (uint32_t i = 0; i < vpcs->count; i++) {
        vp_network_interface *holder = vp_index_interface_at(index, vpcs->rows[i]->id, address);
        if (holder != NULL) {
            add_candidate(found, &holder->record);
        }
    }
}

static void find_subnets(vp_network *network, const vp_addr *address, candidates *found) {
    const vp_rows *subnets = vp_network_rows(network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < subnets->count; i++) {
        if (subnet_contains((const vp_subnet *)subnets->rows[i], address)) {
            add_candidate(found, subnets->rows[i]);
        }
    }
}

/* A packet starts somewhere: at the one interface with the address, in the one subnet, outside. */
static vp_status source_at(vp_network *network, piece text, const vp_addr *address, vp_end *end,
                           vp_error *error) {
    const vp_index *index;
    candidates found = {.count = 0};
    vp_status status = vp_index_get(network, &index, error);
    if (status != VP_OK) {
        return status;
    }
    find_holders(network, index, address, &found);
    if (found.count == 0) {
        find_subnets(network, address, &found);
    }
    if (found.count > 1) {
        return ambiguous(network, text, found.all, found.listed, error);
    }
    memset(end, 0, sizeof *end);
    end->address = *address;
    end->kind = VP_END_INTERNET;
    if (found.count == 1) {
        end->record = found.all[0];
        end->name = end->record->id;
        end->kind = end->record->kind == VP_KIND_SUBNET ? VP_END_SUBNET : VP_END_INTERFACE;
    }
    return VP_OK;
}

static vp_status end_at(vp_network *network, piece text, const vp_addr *address, vp_end_role role,
                        vp_end *end, vp_error *error) {
    if (role == VP_END_SOURCE) {
        return source_at(network, text, address, end, error);
    }
    memset(end, 0, sizeof *end);
    end->kind = VP_END_ADDRESS;
    end->address = *address;
    return VP_OK;
}

/* Interfaces take connections, the other types are passed through; a source may be any, and fails.
 */
static void end_of_endpoint(const vp_network *network, vp_vpc_endpoint *endpoint, vp_end_role role,
                            vp_end *end) {
    vp_endpoint_type type = vp_endpoint_type_of(network, endpoint);
    bool passed = type == VP_ENDPOINT_GATEWAY || type == VP_ENDPOINT_LOAD_BALANCER;
    memset(end, 0, sizeof *end);
    end->kind = passed && role == VP_END_DESTINATION ? VP_END_GATEWAY : VP_END_ENDPOINT;
    end->record = &endpoint->record;
    end->name = endpoint->record.id;
}

vp_status vp_end_of_record(vp_network *network, vp_record *record, vp_end_role role, vp_end *end,
                           vp_error *error) {
    piece text = {"", 0};
    switch (record->kind) {
    case VP_KIND_NETWORK_INTERFACE:
    case VP_KIND_INSTANCE:
        memset(end, 0, sizeof *end);
        end->kind = record->kind == VP_KIND_INSTANCE ? VP_END_INSTANCE : VP_END_INTERFACE;
        end->record = record;
        end->name = record->id;
        return VP_OK;
    case VP_KIND_SUBNET:
        return vp_end_of_subnet(network, record, NULL, end, error);
    case VP_KIND_INTERNET_GATEWAY:
    case VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY: {
        vp_status status = vp_end_of_internet(network, record, NULL, end, error);
        end->kind = role == VP_END_SOURCE ? VP_END_INTERNET : VP_END_GATEWAY;
        return status;
    }
    case VP_KIND_VPN_GATEWAY: {
        vp_status status = vp_end_of_premises(network, record, NULL, end, error);
        end->kind = role == VP_END_SOURCE ? VP_END_ONPREM : VP_END_GATEWAY;
        return status;
    }
    case VP_KIND_VPC_ENDPOINT:
        end_of_endpoint(network, (vp_vpc_endpoint *)record, role, end);
        return VP_OK;
    case VP_KIND_TRANSIT_GATEWAY_ATTACHMENT:
        return vp_end_of_premises(network, record, NULL, end, error);
    case VP_KIND_TRANSIT_GATEWAY:
        if (role == VP_END_SOURCE) {
            return wrong_kind(network, record, "an interface, an instance or a subnet", error);
        }
        memset(end, 0, sizeof *end);
        end->kind = VP_END_GATEWAY;
        end->record = record;
        end->name = record->id;
        return VP_OK;
    case VP_KIND_ADDRESS:
        text.text = vp_names_text(&network->names, record->id, &text.length);
        return end_at(network, text, &((const vp_address *)record)->public_ip, role, end, error);
    default:
        return wrong_kind(network, record, "an interface, an instance, a subnet or a gateway",
                          error);
    }
}

/* Reads the address after "="; an empty text gives none. */
static vp_status read_address(piece text, vp_addr *address, vp_error *error) {
    memset(address, 0, sizeof *address);
    return text.length == 0 ? VP_OK : vp_addr_parse(text.text, text.length, address, error);
}

/* "internet" or "onprem", with a gateway after "@" and an address after "=". */
static vp_status resolve_outside(vp_network *network, bool on_premises, piece gateway,
                                 piece address_text, vp_end *end, vp_error *error) {
    vp_record *record = NULL;
    vp_addr address;
    vp_status status = read_address(address_text, &address, error);
    if (status == VP_OK && gateway.length > 0) {
        status = vp_end_find(network, gateway.text, gateway.length, &record, error);
    }
    if (status != VP_OK) {
        return status;
    }
    return on_premises ? vp_end_of_premises(network, record, &address, end, error)
                       : vp_end_of_internet(network, record, &address, end, error);
}

/* An id that the data refer to: by an interface or an instance of something not described. */
static bool is_referred_to(vp_network *network, vp_name name) {
    const vp_rows *interfaces = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE);
    const vp_rows *instances = vp_network_rows(network, VP_KIND_INSTANCE);
    for (uint32_t i = 0; i < interfaces->count; i++) {
        const vp_network_interface *one = (const vp_network_interface *)interfaces->rows[i];
        if (one->subnet_id == name) {
            return true;
        }
    }
    for (uint32_t i = 0; i < instances->count; i++) {
        if (((const vp_instance *)instances->rows[i])->subnet_id == name) {
            return true;
        }
    }
    return false;
}

/* An instance that is not described, but whose interfaces are, is its first interface. */
static bool resolve_undescribed(vp_network *network, const vp_index *index, piece text,
                                vp_end *end) {
    uint32_t count;
    vp_name name = vp_names_find(&network->names, text.text, text.length);
    if (name == VP_NO_NAME) {
        return false;
    }
    vp_network_interface *const *all = vp_index_interfaces_of(index, name, &count);
    if (count == 0 && !is_referred_to(network, name)) {
        return false;
    }
    memset(end, 0, sizeof *end);
    end->kind = count == 0 ? VP_END_UNKNOWN : VP_END_INTERFACE;
    end->record = count == 0 ? NULL : &all[0]->record;
    end->name = name;
    return true;
}

/* Host names have a dot inside; addresses were recognized before. */
static bool looks_like_host_name(piece text) {
    const char *dot = memchr(text.text, '.', text.length);
    return dot != NULL && dot != text.text && dot + 1 < text.text + text.length &&
           memchr(text.text, ' ', text.length) == NULL;
}

/* Numbers with dots or a slash, or colons: meant as an address or a block. */
static bool looks_like_address(piece text) {
    size_t digits = 0, marks = 0, colons = 0;
    for (size_t i = 0; i < text.length; i++) {
        char letter = text.text[i];
        digits += letter >= '0' && letter <= '9';
        marks += letter == '.' || letter == '/';
        colons += letter == ':';
        if (memchr("0123456789abcdefABCDEF.:/", letter, 25) == NULL) {
            return false;
        }
    }
    return colons > 1 || (marks > 0 && digits + marks == text.length);
}

/* What is wrong with an address or a block; nothing is with a block, but that it is many addresses.
 */
static vp_status explain_address(piece text, vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX];
    vp_cidr block;
    vp_status status =
        vp_cidr_parse(text.text, text.length, VP_CIDR_CLEAR_HOST_BITS, &block, error);
    return status != VP_OK ? status
                           : vp_error_set(error, VP_INVALID, "invalid_end",
                                          "\"%s\" is a block: name one address of it",
                                          vp_error_quote(text.text, text.length, quoted));
}

/* Neither id, nor Name tag, nor address. */
static vp_status explain_unknown(vp_network *network, piece text, vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX];
    if (looks_like_address(text)) {
        return explain_address(text, error);
    }
    if (looks_like_host_name(text) && find_nearest(network, text) == VP_NO_NAME) {
        return vp_error_set(error, VP_NOT_FOUND, "unknown_id",
                            "\"%s\" is no id, Name tag or address of the model, nor a host name "
                            "that AWS or a hosted zone of it gives: name its address",
                            vp_error_quote(text.text, text.length, quoted));
    }
    return not_found(network, text, error);
}

/* Who asks decides what a host name means, so the source itself cannot be one. */
static vp_status end_of_host_name(piece text, vp_end_role role, vp_end *end, vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX];
    if (role == VP_END_SOURCE) {
        return vp_error_set(error, VP_INVALID, "invalid_end",
                            "\"%s\" is a host name, which the source asks for: name the instance "
                            "or interface that is the source",
                            vp_error_quote(text.text, text.length, quoted));
    }
    memset(end, 0, sizeof *end);
    end->kind = VP_END_HOST_NAME;
    end->text = text.text;
    end->text_length = text.length;
    return VP_OK;
}

/* The VPC that a source asks from; NULL: outside, or not in the data. */
static const vp_vpc *vpc_of_source(const vp_network *network, const vp_end *from) {
    switch (from->kind) {
    case VP_END_INTERFACE:
        return ((const vp_network_interface *)from->record)->vpc;
    case VP_END_INSTANCE:
        return (const vp_vpc *)vp_network_find(network, VP_KIND_VPC,
                                               ((const vp_instance *)from->record)->vpc_id);
    case VP_END_SUBNET:
        return ((const vp_subnet *)from->record)->vpc;
    default:
        return NULL;
    }
}

vp_status vp_end_ask(vp_network *network, const vp_end *from, int family, vp_end *to,
                     vp_error *error) {
    static const vp_end_kind kinds[] = {VP_END_ADDRESS, VP_END_NXDOMAIN, VP_END_UNRESOLVED};
    const vp_index *index;
    vp_end answer;
    if (to->kind != VP_END_HOST_NAME) {
        return VP_OK;
    }
    vp_status status = vp_index_get(network, &index, error);
    if (status != VP_OK) {
        return status;
    }
    memset(&answer, 0, sizeof answer);
    vp_dns_result result =
        vp_dns_resolve(network, index, to->text, to->text_length, vpc_of_source(network, from),
                       family, &answer.address, &answer.reason);
    if (result == VP_DNS_NXDOMAIN && family == 0) { /* a name may have an IPv6 address alone */
        result = vp_dns_resolve(network, index, to->text, to->text_length,
                                vpc_of_source(network, from), 6, &answer.address, &answer.reason);
    }
    answer.kind = kinds[result];
    if (result != VP_DNS_ADDRESS) {
        status = vp_network_intern(network, to->text, to->text_length, &answer.name, error);
    }
    if (status == VP_OK) {
        *to = answer;
    }
    return status;
}

/* An id, a Name tag or an address, without "=". */
static vp_status resolve_plain(vp_network *network, piece text, vp_end_role role, vp_end *end,
                               vp_error *error) {
    const vp_index *index;
    vp_record *record;
    vp_addr address;
    vp_status status = find_record(network, text, true, &record, error);
    if (status == VP_OK) {
        status = vp_index_get(network, &index, error);
    }
    if (status != VP_OK) {
        return status;
    }
    if (record != NULL) {
        return vp_end_of_record(network, record, role, end, error);
    }
    if (vp_addr_parse(text.text, text.length, &address, NULL) == VP_OK) {
        return end_at(network, text, &address, role, end, error);
    }
    if (vp_dns_is_name(network, text.text, text.length)) {
        return end_of_host_name(text, role, end, error);
    }
    return resolve_undescribed(network, index, text, end) ? VP_OK
                                                          : explain_unknown(network, text, error);
}

/* NAME=ADDRESS: an address in a subnet. */
static vp_status resolve_subnet(vp_network *network, piece name, piece address_text, vp_end *end,
                                vp_error *error) {
    vp_record *record = NULL;
    vp_addr address;
    vp_status status = vp_end_find(network, name.text, name.length, &record, error);
    if (status == VP_OK) {
        status = read_address(address_text, &address, error);
    }
    return status != VP_OK ? status : vp_end_of_subnet(network, record, &address, end, error);
}

/* A whole text that is an id or a Name tag wins over what its parts would mean as a form. */
vp_status vp_end_resolve(vp_network *network, const char *text, size_t length, vp_end_role role,
                         vp_end *end, vp_error *error) {
    piece whole = {text, length}, head = whole, address = {"", 0}, gateway = {"", 0};
    vp_record *record;
    bool has_address = cut_at(&head, '=', &address);
    piece name = head;
    bool has_gateway = cut_at(&head, '@', &gateway);
    vp_status status = find_record(network, whole, true, &record, error);
    if (status != VP_OK || record != NULL) {
        return status != VP_OK ? status : resolve_plain(network, whole, role, end, error);
    }
    bool on_premises = is_text(head, "onprem");
    if ((on_premises || is_text(head, "internet")) && (!has_gateway || gateway.length > 0)) {
        return resolve_outside(network, on_premises, gateway, address, end, error);
    }
    if (has_address) {
        return resolve_subnet(network, name, address, end, error);
    }
    return resolve_plain(network, whole, role, end, error);
}
