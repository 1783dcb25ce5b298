/** An Arrow Flight SQL server over {@link io.sallyport.flight.FlightGateway}. */
@NullMarked
package io.sallyport.flight;

import org.jspecify.annotations.NullMarked;
