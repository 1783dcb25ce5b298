/** What owners and operators type; the owner's commands talk to the running server over HTTPS. */
@NullMarked
package io.sallyport.proxy.cli;

import org.jspecify.annotations.NullMarked;
