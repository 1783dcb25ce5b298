package io.sallyport.jdbc;

/** A statement whose query another thread may end. */
interface Watched {
  QueryWatch watch();
}
