/** The gateway: one query's path, sessions, configuration and the command line. */
@NullMarked
package io.sallyport.proxy;

import org.jspecify.annotations.NullMarked;
