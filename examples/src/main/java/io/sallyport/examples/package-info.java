/** The demo: two owners' data, their policies, a guided tour and a shell. */
@NullMarked
package io.sallyport.examples;

import org.jspecify.annotations.NullMarked;
