package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/** UTF-8 text of any layout; it may be read as whatever it says. */
final class TextColumn extends ArrowColumn {
  private final BytesLayout layout;

  TextColumn(String name, String typeName, BytesLayout layout, boolean nullable) {
    super(name, typeName, nullable);
    this.layout = layout;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    layout.load(batch);
  }

  @Override
  String text(int row) {
    return new String(body, layout.start(row), layout.length(row), StandardCharsets.UTF_8);
  }

  @Override
  Object object(int row) throws SQLException {
    return typeName().equals("UUID") ? uuid(row) : text(row);
  }

  UUID uuid(int row) throws SQLException {
    try {
      return UUID.fromString(text(row));
    } catch (IllegalArgumentException e) {
      throw malformed("a UUID", "22018");
    }
  }

  @Override
  byte[] bytes(int row) {
    int start = layout.start(row);
    return Arrays.copyOfRange(body, start, start + layout.length(row));
  }

  @Override
  boolean bool(int row) throws SQLException {
    switch (text(row).strip().toLowerCase(Locale.ROOT)) {
      case "true":
      case "t":
      case "1":
        return true;
      case "false":
      case "f":
      case "0":
        return false;
      default:
        throw malformed("a boolean", "22018");
    }
  }

  @Override
  long integer(int row) throws SQLException {
    String text = text(row).strip();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      BigInteger whole = decimal(row).toBigInteger();
      if (whole.bitLength() > 63) {
        throw outOfRange("`long`");
      }
      return whole.longValue();
    }
  }

  @Override
  double floating(int row) throws SQLException {
    try {
      return Double.parseDouble(text(row));
    } catch (NumberFormatException e) {
      throw malformed("a number", "22018");
    }
  }

  @Override
  BigDecimal decimal(int row) throws SQLException {
    try {
      return new BigDecimal(text(row).strip());
    } catch (NumberFormatException e) {
      throw malformed("a number", "22018");
    }
  }

  @Override
  LocalDate date(int row) throws SQLException {
    try {
      return LocalDate.parse(text(row));
    } catch (DateTimeException e) {
      throw malformed("a date", "22007");
    }
  }

  @Override
  LocalTime time(int row) throws SQLException {
    try {
      return LocalTime.parse(text(row));
    } catch (DateTimeException e) {
      throw malformed("a time", "22007");
    }
  }

  @Override
  LocalDateTime dateTime(int row) throws SQLException {
    try {
      return LocalDateTime.parse(text(row).replace(' ', 'T'));
    } catch (DateTimeException e) {
      throw malformed("a timestamp", "22007");
    }
  }
}
