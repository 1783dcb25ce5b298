/** What outlives a query: users, requests, approvals. */
@NullMarked
package io.sallyport.proxy.state;

import org.jspecify.annotations.NullMarked;
