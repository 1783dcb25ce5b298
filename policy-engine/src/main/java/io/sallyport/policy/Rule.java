package io.sallyport.policy;

/** One condition of a policy. To be completed: sealed, a record for each rule of privacy.md. */
public interface Rule {}
