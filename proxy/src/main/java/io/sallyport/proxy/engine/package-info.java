/** Where guarded queries run, and the last check before rows leave. */
@NullMarked
package io.sallyport.proxy.engine;

import org.jspecify.annotations.NullMarked;
