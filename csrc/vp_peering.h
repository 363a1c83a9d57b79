/* vp_peering.h - placeholder until the life cycle lands: take the other version on a conflict. */
#ifndef VP_PEERING_H
#define VP_PEERING_H
#include "vp_network.h"
VP_BEGIN_DECLS
/* Moves the clock. */
VP_MUST_CHECK vp_status vp_peering_advance(vp_network *network, int64_t seconds, vp_error *error);
VP_END_DECLS
#endif
