/** Cases as data, run at every door of a real gateway. */
@NullMarked
package io.sallyport.conformance;

import org.jspecify.annotations.NullMarked;
