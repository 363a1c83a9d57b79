/*
 * vp_seal.c - completes and checks a model after its documents were read.
 */
#include "vp_seal.h"

vp_status vp_network_seal(vp_network *network, const vp_seal_options *options, vp_error *error) {
    (void)options;
    (void)error;
    vp_network_touch(network);
    return VP_OK;
}
