/*
 * vp_public_access.c - the actions of Block Public Access.
 *
 * An account has one mode in a Region; exclusions take single VPCs and subnets out of it. A subnet
 * without an exclusion is as its VPC is (semantics 3.1). AWS: Amazon VPC User Guide, "Block public
 * access to VPCs and subnets".
 */
#include "vp_public_access.h"

#include "vp_record_access.h"

#include <stdio.h>
#include <string.h>

#define QUOTA_EXCLUSIONS 50

#define EXCLUSION(network, at)                                                                     \
    VP_ROW(vp_access_exclusion, network, VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION, at)
#define EXCLUSION_COUNT(network) VP_ROW_COUNT(network, VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION)

/* ---- the mode of a VPC or subnet ------------------------------------------------------------- */

static vp_access_options *options_of(const vp_network *network, vp_name owner_id, vp_name region) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS); i++) {
        vp_access_options *options =
            VP_ROW(vp_access_options, network, VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS, i);
        if (options->record.owner_id == owner_id && options->record.region == region) {
            return options;
        }
    }
    return NULL;
}

/* An ARN ends in the kind and the id of what it names: "...:subnet/subnet-1". */
static bool names(const vp_network *network, const vp_access_exclusion *exclusion, vp_name id) {
    const char *slash = strrchr(vp_network_text(network, exclusion->resource_arn), '/');
    return slash != NULL && id != VP_NO_NAME && vp_network_name_is(network, id, slash + 1);
}

static vp_access_exclusion *exclusion_of(const vp_network *network, vp_name id) {
    for (uint32_t i = 0; i < EXCLUSION_COUNT(network); i++) {
        if (names(network, EXCLUSION(network, i), id)) {
            return EXCLUSION(network, i);
        }
    }
    return NULL;
}

/* What a mode leaves of itself where an exclusion (or NULL) stands. */
static const char *mode_under(const vp_network *network, vp_name mode,
                              const vp_access_exclusion *exclusion) {
    bool bidirectional = vp_network_name_is(network, mode, "block-bidirectional");
    bool ingress = vp_network_name_is(network, mode, "block-ingress");
    if (exclusion == NULL) {
        return bidirectional ? "block-bidirectional" : ingress ? "block-ingress" : "off";
    }
    bool egress =
        vp_network_name_is(network, exclusion->internet_gateway_exclusion_mode, "allow-egress");
    return egress && (bidirectional || ingress) ? "block-ingress" : "off";
}

vp_status vp_public_access_enter(vp_change *change, vp_record *record, vp_error *error) {
    vp_network *network = change->network;
    const vp_access_options *options = options_of(network, record->owner_id, record->region);
    bool subnet = record->kind == VP_KIND_SUBNET;
    vp_name *mode =
        subnet ? &((vp_subnet *)record)->block_public_access_states.internet_gateway_block_mode
               : &((vp_vpc *)record)->block_public_access_states.internet_gateway_block_mode;
    vp_name wanted;
    if (options == NULL) {
        return VP_OK;
    }
    const vp_access_exclusion *exclusion = exclusion_of(network, record->id);
    if (exclusion == NULL && subnet) {
        exclusion = exclusion_of(network, ((const vp_subnet *)record)->vpc_id);
    }
    VP_TRY(vp_network_name(network,
                           mode_under(network, options->internet_gateway_block_mode, exclusion),
                           &wanted, error));
    if (*mode != wanted) {
        VP_TRY(vp_change_edit(change, record, error));
        *mode = wanted;
    }
    return VP_OK;
}

/* All VPCs and subnets of an account in a Region. */
static vp_status write_modes(vp_call *call, vp_error *error) {
    static const vp_kind kinds[] = {VP_KIND_VPC, VP_KIND_SUBNET};
    for (size_t kind = 0; kind < VP_COUNT_OF(kinds); kind++) {
        for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, kinds[kind]); i++) {
            vp_record *record = call->network->rows[kinds[kind]].rows[i];
            if (record->owner_id == call->owner_id && record->region == call->region) {
                VP_TRY(vp_public_access_enter(call->change, record, error));
            }
        }
    }
    return VP_OK;
}

/* The states passed through take no time (D07). */
static vp_status enter(vp_call *call, vp_record *record, const char *action, const char *passing,
                       const char *state, vp_name *now, vp_error *error) {
    VP_TRY(vp_network_log(call->network, action, record->id, passing, error));
    VP_TRY(vp_network_log(call->network, action, record->id, state, error));
    return vp_network_name(call->network, state, now, error);
}

/* ---- options --------------------------------------------------------------------------------- */

typedef struct options_request {
    vp_name internet_gateway_block_mode;
} options_request;

static const vp_field options_fields[] = {VP_FIELD(options_request, internet_gateway_block_mode,
                                                   VP_TYPE_TEXT, "InternetGatewayBlockMode", 0,
                                                   NULL)};
static const vp_schema options_schema =
    VP_SCHEMA("ModifyVpcBlockPublicAccessOptions", options_request, options_fields);

/* One of up to three words; a shorter list repeats its last. */
static vp_status check_mode(const vp_network *network, vp_name mode, const char *const words[3],
                            const char *parameter, vp_error *error) {
    VP_TRY(vp_check_given(mode != VP_NO_NAME, parameter, error));
    for (int i = 0; i < 3; i++) {
        if (vp_network_name_is(network, mode, words[i])) {
            return VP_OK;
        }
    }
    char quoted[VP_ERROR_QUOTE_MAX];
    const char *text = vp_network_text(network, mode);
    VP_REFUSE(error, "InvalidParameterValue", "Value (%s) for parameter %s is invalid.",
              vp_error_quote(text, strlen(text), quoted), parameter);
}

static vp_status make_options(vp_call *call, vp_access_options **made, vp_error *error) {
    char id[64];
    vp_new request = {VP_NO_NAME, {NULL, 0, 0}};
    vp_record *record;
    (void)snprintf(id, sizeof id, "bpa-%.12s-%.40s", vp_network_text(call->network, call->owner_id),
                   vp_network_text(call->network, call->region));
    VP_TRY(vp_network_name(call->network, id, &request.id, error));
    VP_TRY(vp_check_add(call, VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS, &request, NULL, &record,
                        error));
    *made = (vp_access_options *)record;
    return VP_OK;
}

/***
Blocks the ways from and to the internet for all VPCs of the caller's account in its Region, now and
later, or opens them. Exclusions keep what they allow.
@function network:modify_vpc_block_public_access_options
@tparam table options `internet_gateway_block_mode`: "off", "block-bidirectional" (nothing through
internet and egress-only internet gateways) or "block-ingress" (outbound only, through NAT gateways
and egress-only internet gateways)
@treturn vpc_block_public_access_options
@raise MissingParameter, InvalidParameterValue
@usage net:modify_vpc_block_public_access_options{ internet_gateway_block_mode = "block-ingress" }
Source: EC2 API Reference, "ModifyVpcBlockPublicAccessOptions"
*/
static vp_status modify_options(vp_call *call, vp_error *error) {
    static const char *const words[] = {"off", "block-bidirectional", "block-ingress"};
    vp_name mode = ((const options_request *)call->request)->internet_gateway_block_mode;
    vp_access_options *options = options_of(call->network, call->owner_id, call->region);
    VP_TRY(check_mode(call->network, mode, words, "InternetGatewayBlockMode", error));
    if (options == NULL) {
        VP_TRY(make_options(call, &options, error));
    }
    VP_TRY(vp_change_edit(call->change, &options->record, error));
    options->internet_gateway_block_mode = mode;
    call->result = &options->record;
    VP_TRY(enter(call, &options->record, "ModifyVpcBlockPublicAccessOptions", "update-in-progress",
                 "update-complete", &options->state, error));
    return write_modes(call, error);
}

/* ---- exclusions ------------------------------------------------------------------------------ */

typedef struct exclusion_request {
    vp_new made;
    vp_name vpc_id, subnet_id, internet_gateway_exclusion_mode;
} exclusion_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(exclusion_request, "ExclusionId"),
    VP_FIELD(exclusion_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(exclusion_request, subnet_id, VP_TYPE_TEXT, "SubnetId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(exclusion_request, internet_gateway_exclusion_mode, VP_TYPE_TEXT,
             "InternetGatewayExclusionMode", 0, NULL)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateVpcBlockPublicAccessExclusion", exclusion_request, create_fields);

static const char *const exclusion_words[] = {"allow-bidirectional", "allow-egress",
                                              "allow-egress"};

/* The VPC or subnet that a request names. */
static vp_status find_resource(const vp_call *call, vp_record **resource, vp_error *error) {
    const exclusion_request *request = call->request;
    bool subnet = request->subnet_id != VP_NO_NAME, vpc = request->vpc_id != VP_NO_NAME;
    VP_TRY(vp_check_given(subnet || vpc, "VpcId or SubnetId", error));
    VP_TRY(vp_check_not_both(subnet, vpc, "VpcId and SubnetId", error));
    return vp_check_own(call, subnet ? VP_KIND_SUBNET : VP_KIND_VPC,
                        subnet ? request->subnet_id : request->vpc_id, resource, error);
}

static vp_status set_arn(vp_call *call, const vp_record *resource, vp_name *arn, vp_error *error) {
    char text[VP_ERROR_MESSAGE_MAX];
    const vp_network *network = call->network;
    int length = snprintf(text, sizeof text, "arn:aws:ec2:%s:%s:%s/%s",
                          vp_network_text(network, resource->region),
                          vp_network_text(network, resource->owner_id),
                          resource->kind == VP_KIND_SUBNET ? "subnet" : "vpc",
                          vp_network_text(network, resource->id));
    if (length < 0 || (size_t)length >= sizeof text) {
        return vp_error_limit(error, "VP_ERROR_MESSAGE_MAX", sizeof text);
    }
    return vp_network_name(call->network, text, arn, error);
}

/***
Excludes a VPC or subnet from Block Public Access of its account, also before that is turned on.
@function network:create_vpc_block_public_access_exclusion
@tparam table options `vpc_id` (id or VPC) or `subnet_id` (id or subnet),
`internet_gateway_exclusion_mode`: "allow-bidirectional" or "allow-egress"; `exclusion_id` (its own
id), `tags`
@treturn vpc_block_public_access_exclusion
@raise MissingParameter, InvalidParameterCombination, InvalidParameterValue (another mode, or there
is one), InvalidVpcID.NotFound, InvalidSubnetID.NotFound,
VpcBlockPublicAccessExclusionLimitExceeded
@usage net:create_vpc_block_public_access_exclusion{
  subnet_id = public, internet_gateway_exclusion_mode = "allow-bidirectional" }
Source: EC2 API Reference, "CreateVpcBlockPublicAccessExclusion"
*/
static vp_status create_exclusion(vp_call *call, vp_error *error) {
    exclusion_request *request = call->request;
    vp_network *network = call->network;
    vp_record *resource, *record;
    uint32_t count = 0;
    VP_TRY(find_resource(call, &resource, error));
    VP_TRY(check_mode(network, request->internet_gateway_exclusion_mode, exclusion_words,
                      "InternetGatewayExclusionMode", error));
    if (exclusion_of(network, resource->id) != NULL) {
        VP_REFUSE(error, "InvalidParameterValue", "There is an exclusion of %s already: %s",
                  vp_network_text(network, resource->id),
                  vp_network_text(network, exclusion_of(network, resource->id)->record.id));
    }
    for (uint32_t i = 0; i < EXCLUSION_COUNT(network); i++) {
        count += vp_check_is_own(call, &EXCLUSION(network, i)->record) ? 1 : 0;
    }
    VP_TRY(vp_check_quota(network, count, QUOTA_EXCLUSIONS,
                          "VpcBlockPublicAccessExclusionLimitExceeded",
                          "The maximum number of exclusions has been reached.", error));
    VP_TRY(vp_check_add(call, VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION, &request->made, NULL,
                        &record, error));
    vp_access_exclusion *exclusion = (vp_access_exclusion *)record;
    exclusion->internet_gateway_exclusion_mode = request->internet_gateway_exclusion_mode;
    VP_TRY(set_arn(call, resource, &exclusion->resource_arn, error));
    VP_TRY(enter(call, record, "CreateVpcBlockPublicAccessExclusion", "create-in-progress",
                 "create-complete", &exclusion->state, error));
    return write_modes(call, error);
}

static const vp_field modify_fields[] = {VP_FIELD(exclusion_request,
                                                  internet_gateway_exclusion_mode, VP_TYPE_TEXT,
                                                  "InternetGatewayExclusionMode", 0, NULL)};
static const vp_schema modify_schema =
    VP_SCHEMA("ModifyVpcBlockPublicAccessExclusion", exclusion_request, modify_fields);

/***
Changes what an exclusion allows.
@function vpc_block_public_access_exclusion:modify
@tparam table options `internet_gateway_exclusion_mode`: "allow-bidirectional" or "allow-egress"
@treturn vpc_block_public_access_exclusion itself
@raise MissingParameter, InvalidParameterValue, InvalidVpcBlockPublicAccessExclusionId.NotFound
@usage exclusion:modify{ internet_gateway_exclusion_mode = "allow-egress" }
Source: EC2 API Reference, "ModifyVpcBlockPublicAccessExclusion"
*/
static vp_status modify_exclusion(vp_call *call, vp_error *error) {
    vp_access_exclusion *exclusion = (vp_access_exclusion *)call->receiver;
    vp_name mode = ((const exclusion_request *)call->request)->internet_gateway_exclusion_mode;
    VP_TRY(check_mode(call->network, mode, exclusion_words, "InternetGatewayExclusionMode", error));
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    exclusion->internet_gateway_exclusion_mode = mode;
    call->result = call->receiver;
    VP_TRY(enter(call, call->receiver, "ModifyVpcBlockPublicAccessExclusion", "update-in-progress",
                 "update-complete", &exclusion->state, error));
    return write_modes(call, error);
}

/* Without a name for its resource an exclusion excludes nothing any more. */
static vp_status remove_exclusion(vp_change *change, vp_access_exclusion *exclusion,
                                  vp_error *error) {
    VP_TRY(vp_change_edit(change, &exclusion->record, error));
    exclusion->resource_arn = VP_NO_NAME;
    return vp_change_remove(change, &exclusion->record, error);
}

/***
Ends an exclusion: what it excluded is as the options of the account say again.
@function vpc_block_public_access_exclusion:delete
@treturn vpc_block_public_access_exclusion itself, gone
@raise InvalidVpcBlockPublicAccessExclusionId.NotFound
@usage exclusion:delete()
Source: EC2 API Reference, "DeleteVpcBlockPublicAccessExclusion"
*/
static vp_status delete_exclusion(vp_call *call, vp_error *error) {
    vp_access_exclusion *exclusion = (vp_access_exclusion *)call->receiver;
    vp_name state;
    VP_TRY(enter(call, call->receiver, "DeleteVpcBlockPublicAccessExclusion", "delete-in-progress",
                 "delete-complete", &state, error));
    VP_TRY(remove_exclusion(call->change, exclusion, error));
    return write_modes(call, error);
}

vp_status vp_public_access_forget(vp_change *change, vp_name vpc_or_subnet, vp_error *error) {
    vp_access_exclusion *exclusion = exclusion_of(change->network, vpc_or_subnet);
    return exclusion == NULL ? VP_OK : remove_exclusion(change, exclusion, error);
}

const vp_action vp_public_access_actions[] = {
    {"modify_vpc_block_public_access_options", VP_KIND_NONE, &options_schema, modify_options},
    {"create_vpc_block_public_access_exclusion", VP_KIND_NONE, &create_schema, create_exclusion},
    {"modify", VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION, &modify_schema, modify_exclusion},
    {"delete", VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION, NULL, delete_exclusion},
    {NULL, VP_KIND_NONE, NULL, NULL}};
