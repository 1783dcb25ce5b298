package io.sallyport.policy.plan;

/** A table by its dataset (the schema in SQL) and its own name, as the owner spelt them. */
public record TableName(String dataset, String table) implements Comparable<TableName> {
  @Override
  public int compareTo(TableName other) {
    int byDataset = dataset.compareTo(other.dataset);
    return byDataset != 0 ? byDataset : table.compareTo(other.table);
  }

  @Override
  public String toString() {
    return dataset + "." + table;
  }
}
