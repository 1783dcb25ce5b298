package io.sallyport.proxy.state;

/** Which policy and which data of a dataset hold; an approval serves for these alone. */
public record DatasetVersion(String policyVersion, String epoch) {}
