/* vp_stub.c - weak stand-ins until vp_action.c and vp_peering.c land: delete this file then. */
#include "vp_action.h"
#include "vp_peering.h"
__attribute__((weak)) const vp_action *vp_action_next(uint32_t *position) {
    (void)position;
    return NULL;
}
__attribute__((weak)) vp_status vp_peering_advance(vp_network *network, int64_t seconds,
                                                   vp_error *error) {
    (void)error;
    network->clock += seconds;
    return VP_OK;
}
