/**
 * The JDBC driver: control by Avatica over HTTP, rows by Arrow from the same port.
 *
 * <p>Users meet {@link io.sallyport.jdbc.SallyportDriver} and {@link
 * io.sallyport.jdbc.SallyportDataSource}; all else speaks JDBC's own interfaces.
 */
@NullMarked
package io.sallyport.jdbc;

import org.jspecify.annotations.NullMarked;
