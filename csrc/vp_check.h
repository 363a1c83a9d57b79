/*
 * vp_check.h - the questions that many actions ask before they change something.
 *
 * Each vp_check_* that returns a status gives VP_OK, or VP_REFUSED with AWS's code and message in
 * *error; none but vp_check_add changes the model. Codes are those of the EC2 API Reference, "Error
 * codes"; messages are AWS's where they are known (semantics D06). Look-ups by id are O(1), the
 * others linear in what they look at.
 */
#ifndef VP_CHECK_H
#define VP_CHECK_H

#include "vp_action.h"
#include "vp_block.h"
#include "vp_change.h"
#include "vp_index.h"

VP_BEGIN_DECLS

/*
 * The first fields of the request of every creating action: AWS has no way to choose an id, but a
 * script that tells a network as it is needs one.
 */
typedef struct vp_new {
    vp_name id; /* VP_NO_NAME: a generated one */
    vp_list tags;
} vp_new;

/* Rows of a request's table for these: the key of the id, and the tags. */
#define VP_NEW_FIELDS(type, key)                                                                   \
    VP_FIELD(type, made.id, VP_TYPE_TEXT, key, 0, NULL),                                           \
        VP_FIELD(type, made.tags, VP_TYPE_LIST, "Tags", 0, &vp_tag_schema)

/*
 * Adds the record of a creating action with its tags, which it takes out of the request. Account
 * and Region are those of `vpc`, else (NULL) the caller's; of an instance, interface or group that
 * a participant makes in a VPC, the caller's. Makes it the call's result.
 */
VP_MUST_CHECK vp_status vp_check_add(vp_call *call, vp_kind kind, vp_new *made, const vp_vpc *vpc,
                                     vp_record **record, vp_error *error);

/* MissingParameter "The request must contain the parameter X" unless `given`. */
VP_MUST_CHECK vp_status vp_check_given(bool given, const char *parameter, vp_error *error);

/* The same for two that cannot stand together: InvalidParameterCombination. */
VP_MUST_CHECK vp_status vp_check_not_both(bool a, bool b, const char *parameters, vp_error *error);

/* InvalidParameterValue unless the text is not given, or is the only one that this model has. */
VP_MUST_CHECK vp_status vp_check_only(const vp_network *network, vp_name given, const char *only,
                                      const char *parameter, vp_error *error);

/* InvalidParameterValue with AWS's words for text that is no block (also: of the wrong family). */
VP_MUST_CHECK vp_status vp_check_family(const vp_cidr *block, uint8_t family, const char *parameter,
                                        vp_error *error);

/*
 * The record of this kind and id, whosever it is: for what the model's own records name, and for
 * what a request may name across accounts. Refuses an id that is not given (MissingParameter) and
 * one that no record of the kind has, with the kind's code (InvalidSubnetID.NotFound, ...).
 */
VP_MUST_CHECK vp_status vp_check_exists(const vp_network *network, vp_kind kind, vp_name id,
                                        vp_record **record, vp_error *error);

/* The refusal of such an id; `because` ("" or " (...)") is added to AWS's words. */
VP_MUST_CHECK vp_status vp_check_refuse_unknown(const vp_network *network, vp_kind kind, vp_name id,
                                                const char *because, vp_error *error);

/* ---- whose it is (vp_caller.c) ----
 *
 * A caller is an account that calls in one Region. What is another Region's does not exist for it,
 * and what is another account's only as far as accounts share it: those refusals are the kind's
 * code, or UnauthorizedOperation for what the caller sees but does not own. An object whose account
 * or Region the data do not tell is everybody's.
 */

/* Is it of the caller's account and Region? Hosted zones are of all Regions. O(1). */
bool vp_check_is_own(const vp_call *call, const vp_record *record);

/* Does the caller see what is another account's, since it is shared with it? O(records). */
bool vp_check_sees(const vp_call *call, const vp_record *record);

/* As vp_check_exists, but the record must be the caller's own. */
VP_MUST_CHECK vp_status vp_check_own(const vp_call *call, vp_kind kind, vp_name id,
                                     vp_record **record, vp_error *error);

/*
 * The same for what accounts share without a word of EC2 (prefix lists, transit gateways): any
 * account's in the caller's Region.
 */
VP_MUST_CHECK vp_status vp_check_shared(const vp_call *call, vp_kind kind, vp_name id,
                                        vp_record **record, vp_error *error);

/*
 * May the caller call this action on the receiver? The owner may; participants of a shared VPC may
 * make instances, interfaces and groups in it, and attach their own to a shared transit gateway.
 * Peering connections and attachments, which two accounts have, ask in their actions.
 */
VP_MUST_CHECK vp_status vp_check_receiver(const vp_call *call, const char *action, vp_error *error);

/* DependencyViolation in the words AWS uses for all objects: "The subnet 'subnet-1' has ...". */
VP_MUST_CHECK vp_status vp_check_no_dependents(const vp_network *network, const vp_record *record,
                                               bool dependents, vp_error *error);

/* `code` with `message` when quotas are checked and `count` objects are there already. */
VP_MUST_CHECK vp_status vp_check_quota(const vp_network *network, uint32_t count, uint32_t quota,
                                       const char *code, const char *message, vp_error *error);

/* vp_check_own of a VPC. */
VP_MUST_CHECK vp_status vp_check_vpc(const vp_call *call, vp_name id, vp_vpc **vpc,
                                     vp_error *error);

/* Does some associated block of the VPC equal (has), contain (covers) or overlap `block`? */
bool vp_check_vpc_has_block(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block);
bool vp_check_vpc_covers(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block);
bool vp_check_vpc_overlaps(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block);

/* Has the VPC an associated IPv6 block? */
bool vp_check_vpc_has_ipv6(const vp_network *network, const vp_vpc *vpc);

/* The subnet of the VPC that has this very block (either family), else NULL. */
vp_subnet *vp_check_subnet_with(const vp_network *network, vp_name vpc_id, const vp_cidr *block);

/* Sets *name to the number of a text that is constant; for states and the like. */
#define VP_SET(call, member, text, error)                                                          \
    VP_TRY(vp_network_name((call)->network, text, &(member), error))

/* Record number `i` of a kind, in no particular order, as a pointer to `type`. */
#define VP_ROW(type, network, kind, i) ((type *)(network)->rows[kind].rows[i])
#define VP_ROW_COUNT(network, kind) ((network)->rows[kind].count)

VP_END_DECLS

#endif
