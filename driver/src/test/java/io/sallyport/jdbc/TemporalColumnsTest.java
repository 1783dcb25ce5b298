package io.sallyport.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Date;
import java.sql.ResultSet;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.TimeZone;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

class TemporalColumnsTest extends ColumnTests {
  @Test
  void readsDates() throws Exception {
    LocalDate old = LocalDate.of(1492, 10, 12);
    ResultSet rows =
        column(
            "",
            a -> new DateDayVector("c", a),
            v -> {
              v.set(0, (int) old.toEpochDay());
              v.set(2, 19_782);
            });
    assertValues(
        rows, "DATE", Date.valueOf(old), "1492-10-12", Date.valueOf("2024-02-29"), "2024-02-29");
    assertThat(rows.getObject(1, LocalDate.class)).isEqualTo("2024-02-29");
    assertThat(rows.getTimestamp(1)).isEqualTo(Timestamp.valueOf("2024-02-29 00:00:00"));
    assertValues(
        column(
            "",
            a -> new DateMilliVector("c", a),
            v -> {
              v.set(0, old.toEpochDay() * 86_400_000L);
              v.set(2, 0);
            }),
        "DATE",
        Date.valueOf(old),
        "1492-10-12",
        Date.valueOf("1970-01-01"),
        "1970-01-01");
  }

  @Test
  void readsTimesOfEachUnit() throws Exception {
    Time time = Time.valueOf("01:02:03");
    Time end = Time.valueOf("23:59:59");
    assertValues(
        column(
            "",
            a -> new TimeSecVector("c", a),
            v -> {
              v.set(0, 3723);
              v.set(2, 86_399);
            }),
        "TIME",
        time,
        "01:02:03",
        end,
        "23:59:59");
    assertValues(
        column(
            "",
            a -> new TimeMilliVector("c", a),
            v -> {
              v.set(0, 3_723_004);
              v.set(2, 86_399_999);
            }),
        "TIME",
        time,
        "01:02:03.004",
        end,
        "23:59:59.999");
    ResultSet micros =
        column(
            "",
            a -> new TimeMicroVector("c", a),
            v -> {
              v.set(0, 3_723_000_004L);
              v.set(2, 86_399_999_999L);
            });
    assertValues(micros, "TIME", time, "01:02:03.000004", end, "23:59:59.999999");
    assertThat(micros.getObject(1, LocalTime.class))
        .isEqualTo(LocalTime.of(23, 59, 59, 999_999_000));
    assertValues(
        column(
            "",
            a -> new TimeNanoVector("c", a),
            v -> {
              v.set(0, 3_723_000_000_004L);
              v.set(2, 86_399_999_999_999L);
            }),
        "TIME_NS",
        time,
        "01:02:03.000000004",
        end,
        "23:59:59.999999999");
  }

  @Test
  void readsTimestampsOfEachUnitWithAllDigits() throws Exception {
    assertValues(
        column(
            "",
            a -> new TimeStampSecVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 0);
            }),
        "TIMESTAMP_S",
        Timestamp.valueOf("1969-12-31 23:59:59"),
        "1969-12-31 23:59:59",
        Timestamp.valueOf("1970-01-01 00:00:00"),
        "1970-01-01 00:00:00");
    assertValues(
        column(
            "",
            a -> new TimeStampMilliVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 1);
            }),
        "TIMESTAMP_MS",
        Timestamp.valueOf("1969-12-31 23:59:59.999"),
        "1969-12-31 23:59:59.999",
        Timestamp.valueOf("1970-01-01 00:00:00.001"),
        "1970-01-01 00:00:00.001");
    ResultSet micros =
        column(
            "",
            a -> new TimeStampMicroVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 1_709_210_096_123_456L);
            });
    assertValues(
        micros,
        "TIMESTAMP",
        Timestamp.valueOf("1969-12-31 23:59:59.999999"),
        "1969-12-31 23:59:59.999999",
        Timestamp.valueOf("2024-02-29 12:34:56.123456"),
        "2024-02-29 12:34:56.123456");
    assertThat(micros.getObject(1, LocalDateTime.class)).isEqualTo("2024-02-29T12:34:56.123456");
    assertThat(micros.getDate(1)).isEqualTo(Date.valueOf("2024-02-29"));
    assertThat(micros.getTime(1)).isEqualTo(new Time(Time.valueOf("12:34:56").getTime() + 123));
    assertThatThrownBy(() -> micros.getObject(1, Instant.class))
        .hasMessage(
            "column `c` of type TIMESTAMP cannot be read as an instant, because it has no time zone")
        .extracting("SQLState")
        .isEqualTo("0A000");
    assertValues(
        column(
            "",
            a -> new TimeStampNanoVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 1);
            }),
        "TIMESTAMP_NS",
        Timestamp.valueOf("1969-12-31 23:59:59.999999999"),
        "1969-12-31 23:59:59.999999999",
        Timestamp.valueOf("1970-01-01 00:00:00.000000001"),
        "1970-01-01 00:00:00.000000001");
  }

  @Test
  void readsInstants() throws Exception {
    ResultSet rows =
        column(
            "",
            a -> new TimeStampMicroTZVector("c", a, "Etc/UTC"),
            v -> {
              v.set(0, 1_709_210_096_123_456L);
              v.set(2, 0);
            });
    OffsetDateTime first = OffsetDateTime.parse("2024-02-29T12:34:56.123456Z");
    assertValues(
        rows,
        "TIMESTAMP WITH TIME ZONE",
        first,
        "2024-02-29 12:34:56.123456+00",
        OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
        "1970-01-01 00:00:00+00");
    Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
    assertThat(rows.getTimestamp(1, tokyo)).isEqualTo(new Timestamp(0));
    assertThat(rows.getObject(1, Instant.class)).isEqualTo(Instant.EPOCH);
  }

  @Test
  void readsATimestampInTheCallersCalendar() throws Exception {
    ResultSet rows =
        column(
            "",
            a -> new TimeStampMicroVector("c", a),
            v -> {
              v.set(0, 3_600_000_000L);
              v.set(2, 0);
            });
    Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
    long before = tokyo.getTimeInMillis();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getTimestamp(1, tokyo).toInstant()).isEqualTo("1969-12-31T16:00:00Z");
    assertThat(rows.getDate(1, tokyo).getTime())
        .isEqualTo(Instant.parse("1969-12-31T15:00:00Z").toEpochMilli());
    assertThat(tokyo.getTimeInMillis()).isEqualTo(before);
  }

  @Test
  void readsIntervals() throws Exception {
    ResultSet rows =
        column(
            "",
            a ->
                new IntervalMonthDayNanoVector(
                    "c", FieldType.nullable(MinorType.INTERVALMONTHDAYNANO.getType()), a),
            v -> {
              v.set(0, 14, 3, 14_706_500_000_000L);
              v.set(2, 0, 0, -1_000_000_000L);
            });
    assertValues(
        rows,
        "INTERVAL",
        "1 year 2 months 3 days 04:05:06.5",
        "1 year 2 months 3 days 04:05:06.5",
        "-00:00:01",
        "-00:00:01");
    assertThat(rows.getObject(1, Duration.class)).isEqualTo(Duration.ofSeconds(-1));
    ResultSet months =
        column(
            "",
            a -> new IntervalYearVector("c", a),
            v -> {
              v.set(0, 25);
              v.set(2, -1);
            });
    assertValues(months, "INTERVAL", "2 years 1 month", "2 years 1 month", "-1 month", "-1 month");
    assertThat(months.getObject(1, Period.class)).isEqualTo(Period.ofMonths(-1));
    assertThatThrownBy(() -> months.getObject(1, Duration.class))
        .extracting("SQLState")
        .isEqualTo("0A000");
    assertValues(
        column(
            "",
            a -> new IntervalDayVector("c", a),
            v -> {
              v.set(0, 1, 1500);
              v.set(2, 0, 0);
            }),
        "INTERVAL",
        "1 day 00:00:01.5",
        "1 day 00:00:01.5",
        "00:00:00",
        "00:00:00");
    assertValues(
        column(
            "",
            a ->
                new DurationVector(
                    "c", FieldType.nullable(new ArrowType.Duration(TimeUnit.MICROSECOND)), a),
            v -> {
              v.set(0, 360_000_000_001L);
              v.set(2, 1);
            }),
        "INTERVAL",
        "100:00:00.000001",
        "100:00:00.000001",
        "00:00:00.000001",
        "00:00:00.000001");
  }
}
