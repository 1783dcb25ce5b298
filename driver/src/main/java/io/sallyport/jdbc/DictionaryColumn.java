package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** ENUM and other dictionary-encoded texts: each text is made once for each dictionary. */
final class DictionaryColumn extends ArrowColumn {
  private final IntegerColumn indices;
  private final ArrowDictionary dictionary;
  private @Nullable String[] texts = {};
  private int version = -1;

  DictionaryColumn(
      String name, IntegerColumn indices, ArrowDictionary dictionary, boolean nullable) {
    super(name, dictionary.typeName(), nullable);
    this.indices = indices;
    this.dictionary = dictionary;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    indices.body = body;
    indices.loadBuffers(batch);
    if (version != dictionary.version()) {
      version = dictionary.version();
      texts = new @Nullable String[dictionary.size()];
    }
  }

  @Override
  boolean isNull(int row) {
    if (super.isNull(row)) {
      return true;
    }
    int index = index(row);
    return index >= 0 && dictionary.values().isNull(index);
  }

  private int index(int row) {
    long index = indices.raw(row);
    return index < dictionary.size() ? (int) index : -1;
  }

  private int known(int row) throws SQLException {
    int index = index(row);
    if (index < 0) {
      throw ArrowBatch.malformed();
    }
    return index;
  }

  @Override
  Object object(int row) throws SQLException {
    Object value = dictionary.isText() ? text(row) : dictionary.values().object(known(row));
    if (value == null) {
      throw ArrowBatch.malformed();
    }
    return value;
  }

  @Override
  String text(int row) throws SQLException {
    int index = known(row);
    String text = texts[index];
    if (text == null) {
      text = dictionary.values().text(index);
      texts[index] = text;
    }
    return text;
  }

  @Override
  long integer(int row) throws SQLException {
    return dictionary.values().integer(known(row));
  }

  @Override
  double floating(int row) throws SQLException {
    return dictionary.values().floating(known(row));
  }

  @Override
  BigDecimal decimal(int row) throws SQLException {
    return dictionary.values().decimal(known(row));
  }

  @Override
  byte[] bytes(int row) throws SQLException {
    return dictionary.values().bytes(known(row));
  }
}
