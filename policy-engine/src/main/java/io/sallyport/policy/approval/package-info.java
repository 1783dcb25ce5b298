/** Requests to owners and their approvals: values and transitions; keeping them is the proxy's. */
@NullMarked
package io.sallyport.policy.approval;

import org.jspecify.annotations.NullMarked;
