/** What a policy does to a plan: standing of nodes, release boundaries, and the guarded rewrite. */
@NullMarked
package io.sallyport.policy.plan;

import org.jspecify.annotations.NullMarked;
