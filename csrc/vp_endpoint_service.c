/*
 * vp_endpoint_service.c - names of services, and the host names of endpoints to them.
 *
 * A service of AWS is "com.amazonaws.REGION.NAME", one of a customer or partner
 * "com.amazonaws.vpce.REGION.vpce-svc-...". Host names turn the parts round. AWS: PrivateLink
 * Guide, "Access an AWS service using an interface VPC endpoint" (endpoint-specific DNS names).
 */
#include "vp_endpoint_part.h"

#include <stdio.h>
#include <string.h>

/* The parts of a service's name; texts point into it and are not terminated. */
typedef struct service {
    bool known;           /* the name has a form that AWS uses */
    bool of_aws;          /* AWS's own service, for which it answers under a public name */
    const char *region;   /* NULL: the name tells none */
    const char *labels;   /* "ecr.api", "vpce-svc-..." */
    size_t region_length; /* of `region` */
} service;

/* The label at `text` up to its dot or end. */
static size_t label_length(const char *text) { return strcspn(text, "."); }

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/*
 * Reads a name apart. Names that begin with "aws." (and those of China) are known by their
 * beginning alone: they have no fixed place for the Region, so nothing is derived from them.
 */
static service read_service(const char *name) {
    static const char of_aws[] = "com.amazonaws.", of_others[] = "com.amazonaws.vpce.";
    service found = {false, false, NULL, NULL, 0};
    bool shared = starts_with(name, of_others);
    if (!shared && !starts_with(name, of_aws)) {
        found.known = starts_with(name, "aws.") || starts_with(name, "cn.com.amazonaws.");
        return found;
    }
    found.region = name + (shared ? strlen(of_others) : strlen(of_aws));
    found.region_length = label_length(found.region);
    found.labels = found.region + found.region_length;
    found.known = found.region_length > 0 && found.labels[0] == '.' && found.labels[1] != '\0';
    found.labels += found.known ? 1 : 0;
    found.of_aws = !shared;
    return found;
}

/* The services that have gateway endpoints. */
static bool has_gateway(const service *asked) {
    static const char *const names[] = {"s3", "dynamodb", "s3express"};
    for (size_t i = 0; i < VP_COUNT_OF(names); i++) {
        if (asked->of_aws && strcmp(asked->labels, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Prefix lists, and so gateway endpoints, are per Region; AWS answers alike for all unknown names.
 */
vp_status vp_endpoint_check_service(const vp_network *network, vp_name service_name,
                                    vp_endpoint_type type, vp_name region, vp_error *error) {
    const char *text = vp_network_text(network, service_name);
    const char *here = vp_network_text(network, region);
    service asked = read_service(text);
    bool elsewhere = asked.of_aws && asked.known &&
                     (strlen(here) != asked.region_length ||
                      memcmp(here, asked.region, asked.region_length) != 0);
    if (!asked.known || elsewhere) {
        char quoted[VP_ERROR_QUOTE_MAX];
        VP_REFUSE(error, "InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist",
                  vp_error_quote(text, strlen(text), quoted));
    }
    if (type == VP_ENDPOINT_GATEWAY && !has_gateway(&asked)) {
        VP_REFUSE(error, "InvalidParameter",
                  "Endpoint type (Gateway) does not match available service types ([Interface]).");
    }
    if (type == VP_ENDPOINT_LOAD_BALANCER && (asked.of_aws || asked.labels == NULL)) {
        VP_REFUSE(error, "InvalidParameter",
                  "Endpoint type (GatewayLoadBalancer) does not match available service types "
                  "([Interface]).");
    }
    return VP_OK;
}

/* The resource itself is not of the model: what an ARN must have is what tells its kind. */
vp_status vp_endpoint_check_arn(const vp_network *network, vp_name arn, const char *kind,
                                const char *parameter, vp_error *error) {
    const char *text = vp_network_text(network, arn);
    const char *lattice = strstr(text, ":vpc-lattice:");
    const char *resource = lattice == NULL ? NULL : strstr(lattice, kind);
    VP_TRY(vp_check_given(arn != VP_NO_NAME, parameter, error));
    if (!starts_with(text, "arn:") || resource == NULL || resource[strlen(kind)] == '\0') {
        char quoted[VP_ERROR_QUOTE_MAX];
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter %s is invalid. It is an ARN like "
                  "arn:aws:vpc-lattice:us-east-1:111111111111%s...",
                  vp_error_quote(text, strlen(text), quoted), parameter, kind);
    }
    return VP_OK;
}

/* ---- host names ------------------------------------------------------------------------------ */

/* A text that is being put together; what does not fit is left out. */
typedef struct writer {
    char text[VP_ENDPOINT_NAME_MAX];
    size_t length;
} writer;

static void add(writer *out, const char *text, size_t length) {
    if (out->length + length < sizeof out->text) {
        memcpy(out->text + out->length, text, length);
        out->length += length;
    }
    out->text[out->length] = '\0';
}

static void add_text(writer *out, const char *text) { add(out, text, strlen(text)); }

/* "ecr.api" as "api.ecr": the labels from the last to the first. */
static void add_reversed(writer *out, const char *labels) {
    size_t end = strlen(labels);
    while (end > 0) {
        size_t start = end;
        while (start > 0 && labels[start - 1] != '.') {
            start--;
        }
        add(out, labels + start, end - start);
        end = start > 0 ? start - 1 : 0;
        if (end > 0) {
            add_text(out, ".");
        }
    }
}

/* What is too long for a host name loses its end, which then resolves for nobody. */
bool vp_endpoint_private_name(const vp_network *network, vp_name service_name,
                              char out[VP_ENDPOINT_NAME_MAX]) {
    service asked = read_service(vp_network_text(network, service_name));
    writer name = {"", 0};
    if (!asked.known || !asked.of_aws) {
        return false;
    }
    add_reversed(&name, asked.labels);
    add_text(&name, ".");
    add(&name, asked.region, asked.region_length);
    add_text(&name, ".amazonaws.com");
    memcpy(out, name.text, sizeof name.text);
    return true;
}

/* The eight letters that AWS draws for an endpoint: here they follow from its id. */
static void add_letters(writer *out, const char *id) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *id != '\0'; id++) {
        hash = (hash ^ (unsigned char)*id) * UINT64_C(1099511628211);
    }
    for (int i = 0; i < 8; i++) {
        add(out, &letters[hash % 36], 1);
        hash /= 36;
    }
}

/* "vpce-1-abcdefgh-us-east-1a.sqs.us-east-1.vpce.amazonaws.com"; `zone` may be "". */
static writer own_name(const vp_network *network, const vp_vpc_endpoint *endpoint,
                       const char *zone) {
    service asked = read_service(vp_network_text(network, endpoint->service_name));
    const char *id = vp_network_text(network, endpoint->record.id);
    writer name = {"", 0};
    add_text(&name, id);
    add_text(&name, "-");
    add_letters(&name, id);
    add_text(&name, zone[0] != '\0' ? "-" : "");
    add_text(&name, zone);
    add_text(&name, ".");
    if (asked.labels != NULL) {
        add_reversed(&name, asked.labels);
        add_text(&name, ".");
        add(&name, asked.region, asked.region_length);
        add_text(&name, ".");
    }
    add_text(&name, "vpce.amazonaws.com");
    return name;
}

/* AWS's own zones have ids too; they mean nothing to the model and are left out. */
static vp_status add_entry(vp_call *call, vp_vpc_endpoint *endpoint, const char *name,
                           vp_error *error) {
    void *item;
    VP_TRY(
        vp_change_append(call->change, &vp_dns_entry_schema, &endpoint->dns_entries, &item, error));
    return vp_network_name(call->network, name, &((vp_dns_entry *)item)->dns_name, error);
}

/* Of S3 and API Gateway users know names below the service's: buckets and APIs. */
static vp_status add_private_entries(vp_call *call, vp_vpc_endpoint *endpoint, vp_error *error) {
    char name[VP_ENDPOINT_NAME_MAX];
    writer below = {"", 0};
    if (endpoint->private_dns_enabled != VP_TRUE ||
        !vp_endpoint_private_name(call->network, endpoint->service_name, name)) {
        return VP_OK;
    }
    add_text(&below, "*.");
    add_text(&below, name);
    VP_TRY(add_entry(call, endpoint, name, error));
    bool is_parent = starts_with(name, "s3.") || starts_with(name, "execute-api.");
    return is_parent ? add_entry(call, endpoint, below.text, error) : VP_OK;
}

/*
 * In AWS's order: the name for the whole Region, one a zone, the private ones. Gateway endpoints
 * and those of load balancers have none, and those to resources have the names of what they lead
 * to, which are VPC Lattice's to give. The names are written anew each time, since zones come and
 * go with subnets; the letters in them stay, so that a name that was handed out keeps its meaning.
 */
vp_status vp_endpoint_write_names(vp_call *call, vp_vpc_endpoint *endpoint, vp_error *error) {
    vp_network *network = call->network;
    vp_list_clear(&network->alloc, &vp_dns_entry_schema, &endpoint->dns_entries);
    if (vp_endpoint_type_of(network, endpoint) != VP_ENDPOINT_INTERFACE ||
        endpoint->service_name == VP_NO_NAME) {
        return VP_OK;
    }
    VP_TRY(add_entry(call, endpoint, own_name(network, endpoint, "").text, error));
    for (uint32_t i = 0; i < endpoint->subnet_ids.count; i++) {
        vp_name id = VP_ITEM(vp_text_item, &endpoint->subnet_ids, i)->value;
        const vp_subnet *subnet = (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, id);
        if (subnet != NULL && subnet->availability_zone != VP_NO_NAME) {
            writer name =
                own_name(network, endpoint, vp_network_text(network, subnet->availability_zone));
            VP_TRY(add_entry(call, endpoint, name.text, error));
        }
    }
    return add_private_entries(call, endpoint, error);
}
