/*
 * vp_dns_zone.c - names that private zones and endpoints answer for.
 *
 * The one idea: whoever answers is found first, by the longest name that covers the one that is
 * asked for; only then its records count. So a name that is missing in a private zone does not
 * exist for its VPCs, whatever the internet says. AWS: Route 53 Developer Guide, "Considerations
 * when working with a private hosted zone"; PrivateLink Guide, "Private DNS".
 */
#include "vp_dns_zone.h"

#include <string.h>

/* A text in a record, as far as it counts: without a dot at its end. */
typedef struct label_text {
    const char *text;
    size_t length;
} label_text;

static label_text text_of(const char *text) {
    label_text found = {text, strlen(text)};
    if (found.length > 0 && text[found.length - 1] == '.') {
        found.length--;
    }
    return found;
}

/* Host names do not distinguish case; `name` is in lower case already. */
static bool same_text(const char *name, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        char lower = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
        if (name[i] != lower) {
            return false;
        }
    }
    return true;
}

/* Is the name `text` itself, or does it end in a dot and `text`? */
static bool ends_in(const char *name, size_t length, label_text text) {
    if (text.length == 0 || length < text.length ||
        (length > text.length && name[length - text.length - 1] != '.')) {
        return false;
    }
    return same_text(name + (length - text.length), text.text, text.length);
}

/* For the strict actions, which ask it of names that they have made canonical. */
bool vp_dns_zone_is_below(const char *name, size_t length, const char *zone) {
    return ends_in(name, length, text_of(zone));
}

/* How much of a name a record's or entry's text matches: all, what follows "*.", or nothing. */
static size_t match(const char *name, size_t length, const char *record) {
    label_text text = text_of(record);
    if (text.length > 2 && record[0] == '*' && record[1] == '.') {
        label_text below = {record + 2, text.length - 2};
        return length > below.length && ends_in(name, length, below) ? below.length : 0;
    }
    return length == text.length && same_text(name, text.text, length) ? length : 0;
}

/* ---- hosted zones ---------------------------------------------------------------------------- */

/* What a record of the name says: its address, another name, or (a mistake in it) nothing. */
static vp_zone_result answer_of(const vp_network *network, const vp_zone_record *record, int family,
                                vp_addr *address, vp_name *alias) {
    vp_name first =
        record->values.count == 0 ? VP_NO_NAME : VP_ITEM(vp_text_item, &record->values, 0)->value;
    const char *text = vp_network_text(network, first);
    vp_addr read;
    if (vp_network_name_is(network, record->type, "CNAME")) {
        *alias = first;
        return first == VP_NO_NAME ? VP_ZONE_NOTHING : VP_ZONE_ALIAS;
    }
    if (vp_addr_parse(text, strlen(text), &read, NULL) != VP_OK || read.family != family) {
        return VP_ZONE_NOTHING;
    }
    *address = read;
    return VP_ZONE_ADDRESS;
}

/* The best record of the type that is asked for; a CNAME stands for all types. */
static vp_zone_result ask_records(const vp_network *network, const vp_hosted_zone *zone,
                                  const char *name, size_t length, int family, vp_addr *address,
                                  vp_name *alias) {
    const vp_zone_record *best = NULL;
    size_t longest = 0;
    for (uint32_t i = 0; i < zone->records.count; i++) {
        const vp_zone_record *record = VP_ITEM(vp_zone_record, &zone->records, i);
        bool suits = vp_network_name_is(network, record->type, family == 6 ? "AAAA" : "A") ||
                     vp_network_name_is(network, record->type, "CNAME");
        size_t matched = match(name, length, vp_network_text(network, record->name));
        if (suits && matched > longest) {
            longest = matched;
            best = record;
        }
    }
    return best == NULL ? VP_ZONE_NOTHING : answer_of(network, best, family, address, alias);
}

/* ---- endpoints ------------------------------------------------------------------------------- */

/* Host names of AWS's own for endpoints, as opposed to those of a service. */
static bool is_own_name(const char *text) {
    label_text name = text_of(text);
    static const char suffix[] = ".vpce.amazonaws.com";
    size_t length = sizeof suffix - 1;
    return name.length > length && same_text(suffix, name.text + (name.length - length), length);
}

/* The address of a family on an interface that is in use; family 0: none. */
static vp_addr address_on(const vp_network *network, const vp_network_interface *met, int family) {
    vp_addr none = {0, 0, 0};
    if (met->status != VP_NO_NAME && !vp_network_name_is(network, met->status, "in-use")) {
        return none;
    }
    if (family != 6) {
        return met->private_ip_address;
    }
    return met->ipv6_addresses.count == 0
               ? none
               : VP_ITEM(vp_ipv6_address, &met->ipv6_addresses, 0)->ipv6_address;
}

/* "vpce-1-abcdefgh-us-east-1a": what follows the letters; "" for the name of the whole Region. */
static label_text zone_in(const vp_network *network, const vp_vpc_endpoint *endpoint,
                          const char *name, size_t length) {
    const char *id = vp_network_text(network, endpoint->record.id);
    const char *dot = memchr(name, '.', length);
    size_t prefix = strlen(id), end = dot == NULL ? length : (size_t)(dot - name);
    label_text none = {"", 0};
    const char *dash = end > prefix + 1 && same_text(name, id, prefix)
                           ? memchr(name + prefix + 1, '-', end - prefix - 1)
                           : NULL;
    if (dash == NULL) {
        return none;
    }
    label_text zone = {dash + 1, (size_t)(name + end - dash) - 1};
    return zone;
}

/* By the zone of the interface, else of its subnet; any will do for a name without a zone. */
static bool is_in_zone(const vp_network *network, const vp_network_interface *met,
                       label_text zone) {
    vp_name own = met->availability_zone;
    if (own == VP_NO_NAME && met->subnet_id != VP_NO_NAME) {
        const vp_subnet *subnet =
            (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, met->subnet_id);
        own = subnet == NULL ? VP_NO_NAME : subnet->availability_zone;
    }
    const char *text = vp_network_text(network, own);
    return zone.length == 0 ||
           (strlen(text) == zone.length && memcmp(text, zone.text, zone.length) == 0);
}

/*
 * AWS answers with all addresses in changing order; one answer has to do here, and it is the first
 * interface that works, so that the same question has the same answer.
 */
static vp_zone_result ask_interfaces(const vp_network *network, const vp_vpc_endpoint *endpoint,
                                     label_text zone, int family, vp_addr *address) {
    const vp_network_interface *met;
    for (uint32_t i = 0; (met = vp_endpoint_interface(network, endpoint, i)) != NULL; i++) {
        vp_addr found = address_on(network, met, family);
        if (found.family != 0 && is_in_zone(network, met, zone)) {
            *address = found;
            return VP_ZONE_ADDRESS;
        }
    }
    return VP_ZONE_NOTHING;
}

/*
 * How much of a name the endpoint's private names cover: as a zone, the name of the service and all
 * below it. *matches: there is a record for the very name.
 */
static size_t cover_privately(const vp_network *network, const vp_vpc_endpoint *endpoint,
                              const char *name, size_t length, bool *matches) {
    size_t longest = 0;
    *matches = false;
    if (endpoint->private_dns_enabled != VP_TRUE || !vp_endpoint_works(network, endpoint) ||
        vp_endpoint_type_of(network, endpoint) != VP_ENDPOINT_INTERFACE) {
        return 0;
    }
    for (uint32_t i = 0; i < endpoint->dns_entries.count; i++) {
        const char *entry =
            vp_network_text(network, VP_ITEM(vp_dns_entry, &endpoint->dns_entries, i)->dns_name);
        label_text zone = text_of(entry);
        if (is_own_name(entry)) {
            continue;
        }
        if (zone.length > 2 && entry[0] == '*' && entry[1] == '.') {
            zone = (label_text){entry + 2, zone.length - 2};
        }
        if (ends_in(name, length, zone) && zone.length >= longest) {
            longest = zone.length;
            *matches = *matches || match(name, length, entry) > 0;
        }
    }
    return longest;
}

/* The zones of these names are public, so every resolver knows them; what they mean is private. */
vp_zone_result vp_dns_zone_endpoint(const vp_network *network, const char *name, size_t length,
                                    int family, vp_addr *address) {
    const vp_rows *endpoints = &network->rows[VP_KIND_VPC_ENDPOINT];
    for (uint32_t i = 0; i < endpoints->count; i++) {
        const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)endpoints->rows[i];
        for (uint32_t n = 0; n < endpoint->dns_entries.count; n++) {
            const char *entry = vp_network_text(
                network, VP_ITEM(vp_dns_entry, &endpoint->dns_entries, n)->dns_name);
            if (is_own_name(entry) && match(name, length, entry) > 0) {
                label_text zone = zone_in(network, endpoint, name, length);
                return ask_interfaces(network, endpoint, zone, family, address);
            }
        }
    }
    return VP_ZONE_NONE;
}

/* ---- both ------------------------------------------------------------------------------------ */

/* A hosted zone goes before an endpoint of the same name: it is what somebody wrote. */
vp_zone_result vp_dns_zone_ask(const vp_network *network, const vp_vpc *asker, const char *name,
                               size_t length, int family, vp_addr *address, vp_name *alias) {
    const vp_rows *zones = &network->rows[VP_KIND_HOSTED_ZONE];
    const vp_rows *endpoints = &network->rows[VP_KIND_VPC_ENDPOINT];
    const vp_hosted_zone *zone = NULL;
    const vp_vpc_endpoint *endpoint = NULL;
    static const label_text any = {"", 0};
    size_t longest = 0;
    bool has_record = false;
    for (uint32_t i = 0; i < zones->count; i++) {
        const vp_hosted_zone *other = (const vp_hosted_zone *)zones->rows[i];
        label_text text = text_of(vp_network_text(network, other->name));
        if (text.length > longest && ends_in(name, length, text) &&
            vp_endpoint_lists(&other->vpc_ids, asker->record.id)) {
            longest = text.length;
            zone = other;
        }
    }
    for (uint32_t i = 0; i < endpoints->count; i++) {
        const vp_vpc_endpoint *other = (const vp_vpc_endpoint *)endpoints->rows[i];
        bool matches = false;
        size_t covered = other->vpc_id == asker->record.id
                             ? cover_privately(network, other, name, length, &matches)
                             : 0;
        if (covered > longest) {
            longest = covered;
            endpoint = other;
            has_record = matches;
        }
    }
    if (endpoint != NULL) {
        return has_record ? ask_interfaces(network, endpoint, any, family, address)
                          : VP_ZONE_NOTHING;
    }
    return zone == NULL ? VP_ZONE_NONE
                        : ask_records(network, zone, name, length, family, address, alias);
}

/*
 * Asked of a text that is no id, no Name tag and no address: is it worth resolving, or a mistake?
 * So VPCs do not count here: a name that another VPC knows is a name.
 */
bool vp_dns_zone_covers(const vp_network *network, const char *name, size_t length) {
    const vp_rows *zones = &network->rows[VP_KIND_HOSTED_ZONE];
    const vp_rows *endpoints = &network->rows[VP_KIND_VPC_ENDPOINT];
    for (uint32_t i = 0; i < zones->count; i++) {
        const vp_hosted_zone *zone = (const vp_hosted_zone *)zones->rows[i];
        if (vp_dns_zone_is_below(name, length, vp_network_text(network, zone->name))) {
            return true;
        }
    }
    for (uint32_t i = 0; i < endpoints->count; i++) {
        const vp_vpc_endpoint *endpoint = (const vp_vpc_endpoint *)endpoints->rows[i];
        for (uint32_t n = 0; n < endpoint->dns_entries.count; n++) {
            vp_name entry = VP_ITEM(vp_dns_entry, &endpoint->dns_entries, n)->dns_name;
            if (match(name, length, vp_network_text(network, entry)) > 0) {
                return true;
            }
        }
    }
    return false;
}
