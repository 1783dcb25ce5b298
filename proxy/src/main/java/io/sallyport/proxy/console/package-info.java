/** What owners see and do over HTTP. */
@NullMarked
package io.sallyport.proxy.console;

import org.jspecify.annotations.NullMarked;
