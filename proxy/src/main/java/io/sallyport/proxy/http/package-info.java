/** The HTTP door: Avatica control plane and Arrow streams on Netty. */
@NullMarked
package io.sallyport.proxy.http;

import org.jspecify.annotations.NullMarked;
