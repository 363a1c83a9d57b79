/*
 * vp_record_access.c - the tables that describe Block Public Access under AWS's names.
 *
 * As in vp_record.c, what AWS prints and no rule of the model needs is left out: times, reasons,
 * who manages it.
 */
#include "vp_record_access.h"

static const vp_field options_fields[] = {
    VP_FIELD(vp_access_options, record.id, VP_TYPE_TEXT, "VpcBlockPublicAccessOptionsId",
             VP_FIELD_KEY | VP_FIELD_NOT_PRINTED, NULL),
    VP_FIELD(vp_access_options, record.owner_id, VP_TYPE_TEXT, "AwsAccountId", 0, NULL),
    VP_FIELD(vp_access_options, record.region, VP_TYPE_TEXT, "AwsRegion", 0, NULL),
    VP_FIELD(vp_access_options, state, VP_TYPE_TEXT, "State", 0, NULL),
    VP_FIELD(vp_access_options, internet_gateway_block_mode, VP_TYPE_TEXT,
             "InternetGatewayBlockMode", 0, NULL)};
const vp_schema vp_access_options_schema =
    VP_SCHEMA("VpcBlockPublicAccessOptions", vp_access_options, options_fields);

static const vp_field exclusion_fields[] = {
    VP_FIELD(vp_access_exclusion, record.id, VP_TYPE_TEXT, "ExclusionId",
             VP_FIELD_ALWAYS | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_access_exclusion, record.owner_id, VP_TYPE_TEXT, "OwnerId", VP_FIELD_NOT_PRINTED,
             NULL),
    VP_FIELD(vp_access_exclusion, record.region, VP_TYPE_TEXT, "Region", VP_FIELD_NOT_PRINTED,
             NULL),
    VP_FIELD(vp_access_exclusion, record.tags, VP_TYPE_LIST, "Tags", VP_FIELD_ALWAYS,
             &vp_tag_schema),
    VP_FIELD(vp_access_exclusion, internet_gateway_exclusion_mode, VP_TYPE_TEXT,
             "InternetGatewayExclusionMode", 0, NULL),
    VP_FIELD(vp_access_exclusion, resource_arn, VP_TYPE_TEXT, "ResourceArn", 0, NULL),
    VP_FIELD(vp_access_exclusion, state, VP_TYPE_TEXT, "State", 0, NULL)};
const vp_schema vp_access_exclusion_schema =
    VP_SCHEMA("VpcBlockPublicAccessExclusion", vp_access_exclusion, exclusion_fields);
