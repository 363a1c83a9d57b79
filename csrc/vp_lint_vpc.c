/*
 * vp_lint_vpc.c - findings about the blocks of a VPC.
 *
 * A block is judged against the primary one and against those before it, as it would have been when
 * it was added. Semantics 1.3; AWS: VPC User Guide, "IPv4 CIDR block association restrictions".
 */
#include "vp_block.h"
#include "vp_change.h"
#include "vp_lint_view.h"

vp_status vp_lint_vpcs(vp_lint *lint, vp_error *error) {
    const vp_rows *rows = vp_network_rows(lint->network, VP_KIND_VPC);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_vpc *vpc = (const vp_vpc *)rows->rows[i];
        bool has_10_15 = false;
        uint32_t position = 0;
        vp_cidr block;
        while (vp_vpc_next_block(lint->network, vpc, &position, &block)) {
            if (vp_cidr_is_given(&vpc->cidr_block) && vp_block_is_valid_ipv4(&block) &&
                !vp_cidr_equals(&vpc->cidr_block, &block) &&
                !vp_block_may_join(&vpc->cidr_block, has_10_15, &block)) {
                const vp_name ids[3] = {vpc->record.id, VP_NO_NAME, VP_NO_NAME};
                vp_finding *finding;
                VP_TRY(vp_lint_add(lint, VP_LINT_CIDR_RESTRICTED, ids, &finding, error));
                finding->evidence.vpc_id = vpc->record.id;
                finding->evidence.cidr_block = vpc->cidr_block;
                finding->evidence.peer_cidr_block = block;
            }
            has_10_15 = has_10_15 || vp_block_is_in_10_15(&block);
        }
    }
    return VP_OK;
}
