/** The way into the proxy's inside for its benchmarks. */
@NullMarked
package io.sallyport.proxy;

import org.jspecify.annotations.NullMarked;
