/** What a policy is: values and decisions only. Reads no data, no clock and no socket. */
@NullMarked
package io.sallyport.policy;

import org.jspecify.annotations.NullMarked;
