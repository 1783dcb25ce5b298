package io.sallyport.proxy.state;

import io.sallyport.policy.Policy;

/**
 * What a held query was judged by: one dataset's policy and data at that moment. If either moves
 * on, the request is stale.
 *
 * @param owner who is asked
 * @param current the policy version and epoch that the query met
 * @param approvals how long and how often an approval serves unless the owner says otherwise
 */
public record Pin(String owner, DatasetVersion current, Policy.Approvals approvals) {}
