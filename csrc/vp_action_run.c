/*
 * vp_action_run.c - running an action.
 *
 * Whose the receiver is, is asked here once for all actions; what else a request names, each action
 * looks up through vp_check_own and its like.
 */
#include "vp_check.h"

/* The one place where a change begins and ends: actions only say what they want. */
vp_status vp_action_run(const vp_action *action, vp_call *call, vp_error *error) {
    vp_change change;
    vp_change_begin(&change, call->network);
    call->change = &change;
    vp_status status = vp_check_receiver(call, action->name, error);
    if (status == VP_OK) {
        status = action->run(call, error);
    }
    if (status == VP_OK && call->dry_run) {
        status = vp_error_set(error, VP_REFUSED, "DryRunOperation",
                              "Request would have succeeded, but DryRun flag is set.");
    }
    status = vp_change_end(&change, status);
    call->change = NULL;
    if (status != VP_OK) {
        call->result = NULL;
        call->result_id = VP_NO_NAME;
    }
    return status;
}
