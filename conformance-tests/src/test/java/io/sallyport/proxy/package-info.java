/** What only tests may take from a server. */
@NullMarked
package io.sallyport.proxy;

import org.jspecify.annotations.NullMarked;
