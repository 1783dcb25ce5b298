package io.sallyport.policy.approval;

import io.sallyport.policy.Policy;

/**
 * What a held query met of one dataset: its owner, policy and data at that moment.
 *
 * @param owner who is asked
 * @param version if either part moves on, the request is stale
 * @param approvals how long and how often an approval serves unless the owner says otherwise
 */
public record Pin(String owner, DatasetVersion version, Policy.Approvals approvals) {}
