/** From an analyst's text to a plan, and from a guarded plan to an engine's SQL. */
@NullMarked
package io.sallyport.proxy.sql;

import org.jspecify.annotations.NullMarked;
