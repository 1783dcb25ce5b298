/** Who the server is: its certificates, made or given. */
@NullMarked
package io.sallyport.proxy.tls;

import org.jspecify.annotations.NullMarked;
