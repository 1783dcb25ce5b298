package io.sallyport.proxy.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who asked what and what became of it, in the order of asking: a file of lines that each hold the
 * hash of the line before.
 *
 * <pre>
 * 9f2c… {"entry":1,"previous":"0000…","at":"2026-11-25T02:00:00Z","event":"begin","user":"bob","sql":…}
 * 41aa… {"entry":2,"previous":"9f2c…","at":"2026-11-25T02:00:01Z","event":"end","begun":1,"outcome":"answered","rows":4}
 * </pre>
 *
 * <p>A line starts with the SHA-256 of the rest of it, so any tool can check it. A changed, removed
 * or inserted line shows; lines cut off the end show only to one who kept the last hash ({@link
 * #head}). It holds what analysts typed, and no value from a table.
 */
public final class AuditLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "audit.log";
  private static final int HASH_LENGTH = 64;
  private static final String BEFORE_THE_FIRST = "0".repeat(HASH_LENGTH);

  private final Path file;
  private final FileChannel channel;
  private final InstantSource clock;
  private String head;
  private long entries;

  private AuditLog(Path file, FileChannel channel, InstantSource clock, String lastLine)
      throws JsonProcessingException {
    this.file = file;
    this.channel = channel;
    this.clock = clock;
    if (lastLine.isEmpty()) {
      head = BEFORE_THE_FIRST;
    } else {
      head = lastLine.substring(0, HASH_LENGTH);
      entries = JSON.readTree(lastLine.substring(HASH_LENGTH)).path("entry").asLong();
    }
  }

  /**
   * Opens the log to go on where it ended. A last line that a crash cut short is dropped: its query
   * had not begun.
   */
  public static AuditLog in(StateDirectory directory, InstantSource clock) {
    Path file = directory.ownFile(NAME);
    try {
      String lastLine = lastLine(file);
      FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND);
      return new AuditLog(file, channel, clock, lastLine);
    } catch (IOException | StringIndexOutOfBoundsException e) {
      throw new IllegalStateException(
          "the audit log `" + file + "` does not end in an entry; keep it and begin a new one", e);
    }
  }

  /** Writes down a question before anything of it runs, and gives the entry's number. */
  public long begin(Session session, String sql, String verdict, String reason) {
    return begin(session, sql, verdict, reason, Optional.empty(), OptionalLong.empty());
  }

  /** The same for a question that owners were or are asked about. */
  public long begin(
      Session session,
      String sql,
      String verdict,
      String reason,
      Optional<String> fingerprint,
      OptionalLong request) {
    ObjectNode entry = JSON.createObjectNode();
    entry.put("event", "begin");
    entry.put("user", session.principal().name());
    entry.put("session", session.id());
    session.purpose().ifPresent(purpose -> entry.put("purpose", purpose));
    entry.put("sql", sql);
    entry.put("verdict", verdict);
    entry.put("reason", reason);
    fingerprint.ifPresent(hash -> entry.put("fingerprint", hash));
    request.ifPresent(number -> entry.put("request", number));
    return append(entry);
  }

  /**
   * Writes down how a begun question ended.
   *
   * @param begun the number that {@link #begin} gave
   * @param outcome for example {@code answered}, {@code cancelled} or a SQLSTATE
   * @param rows how many rows left
   */
  public void end(long begun, String outcome, long rows) {
    ObjectNode entry = JSON.createObjectNode();
    entry.put("event", "end");
    entry.put("begun", begun);
    entry.put("outcome", outcome);
    entry.put("rows", rows);
    append(entry);
  }

  /** The last entry's hash, to be kept elsewhere by one who wants to notice a shortened log. */
  public synchronized String head() {
    return head;
  }

  /**
   * Reads the whole log and checks that each line is whole and follows the one before.
   *
   * @return the number of the first line that does not; empty if all do
   */
  public OptionalLong verify() {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String previous = BEFORE_THE_FIRST;
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!follows(line, previous, number)) {
          return OptionalLong.of(number);
        }
        previous = line.substring(0, HASH_LENGTH);
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      throw new IllegalStateException("the audit log `" + file + "` cannot be read", e);
    }
  }

  private static boolean follows(String line, String previous, long number) {
    if (line.length() < HASH_LENGTH + 2
        || !line.startsWith(sha256(line.substring(HASH_LENGTH + 1)))) {
      return false;
    }
    try {
      JsonNode entry = JSON.readTree(line.substring(HASH_LENGTH + 1));
      return entry.path("previous").asText().equals(previous)
          && entry.path("entry").asLong() == number;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private synchronized long append(ObjectNode content) {
    long number = entries + 1;
    ObjectNode entry = JSON.createObjectNode();
    entry.put("entry", number);
    entry.put("previous", head);
    entry.put("at", clock.instant().toString());
    entry.setAll(content);
    String json = entry.toString();
    String hash = sha256(json);
    try {
      write(hash + " " + json + "\n");
    } catch (IOException e) {
      throw new GatewayException(
          ErrorCode.INTERNAL, "the audit log cannot be written, so nothing runs");
    }
    head = hash;
    entries = number;
    return number;
  }

  private void write(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The last whole line; what stands after it is cut off. */
  private static String lastLine(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long end = lineEndBefore(bytes, bytes.length());
      bytes.setLength(end);
      if (end == 0) {
        return "";
      }
      long start = lineEndBefore(bytes, end - 1);
      byte[] line = new byte[Math.toIntExact(end - 1 - start)];
      bytes.seek(start);
      bytes.readFully(line);
      return new String(line, StandardCharsets.UTF_8);
    }
  }

  /** The place after the last newline before {@code limit}; 0 if there is none. */
  private static long lineEndBefore(RandomAccessFile bytes, long limit) throws IOException {
    byte[] block = new byte[8192];
    for (long end = limit; end > 0; ) {
      long start = Math.max(0, end - block.length);
      int length = (int) (end - start);
      bytes.seek(start);
      bytes.readFully(block, 0, length);
      for (int i = length - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.force(true);
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("the audit log `" + file + "` cannot be closed", e);
    }
  }
}
