/*
 * vp_protocol.c - protocols by number or by word, as AWS prints them.
 *
 * Group rules use words where AWS has them, network ACLs numbers; dumps hold both.
 */
#include "vp_protocol.h"

#include <string.h>

bool vp_protocol_read(const vp_network *network, vp_name text, int *protocol) {
    static const struct {
        const char *name;
        int protocol;
    } names[] = {{"-1", VP_PROTOCOL_ALL},        {"tcp", VP_PROTOCOL_TCP},
                 {"udp", VP_PROTOCOL_UDP},       {"icmp", VP_PROTOCOL_ICMP},
                 {"icmpv6", VP_PROTOCOL_ICMPV6}, {"all", VP_PROTOCOL_ALL}};
    const char *name = vp_network_text(network, text);
    int number = 0, digits = 0;
    while (name[digits] >= '0' && name[digits] <= '9' && digits < 4) {
        number = number * 10 + (name[digits++] - '0');
    }
    if (digits > 0) {
        *protocol = number;
        return name[digits] == '\0' && number <= 255;
    }
    for (size_t i = 0; i < VP_COUNT_OF(names); i++) {
        if (strcmp(name, names[i].name) == 0) {
            *protocol = names[i].protocol;
            return true;
        }
    }
    return false;
}
