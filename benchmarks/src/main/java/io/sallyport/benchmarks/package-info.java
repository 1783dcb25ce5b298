/** What the gateway costs, measured against bare DuckDB in the same run. */
@NullMarked
package io.sallyport.benchmarks;

import org.jspecify.annotations.NullMarked;
