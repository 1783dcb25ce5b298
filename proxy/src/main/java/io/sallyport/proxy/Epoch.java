package io.sallyport.proxy;

import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The version of a dataset's data: a hash over its files' names, sizes and times of change.
 *
 * <p>It does not read the files; an owner who changes one and sets back its time is not noticed.
 */
final class Epoch {
  private Epoch() {}

  static String of(Dataset dataset) {
    StringBuilder state = new StringBuilder();
    for (Path file : files(dataset)) {
      try {
        state
            .append(file.toRealPath())
            .append('\0')
            .append(Files.size(file))
            .append('\0')
            .append(Files.getLastModifiedTime(file))
            .append('\0');
      } catch (IOException e) {
        // A file that is gone is a change too.
        state.append(file).append(" is gone").append('\0');
      }
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(state.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> files(Dataset dataset) {
    List<Path> files = new ArrayList<>();
    for (Source source : dataset.sources()) {
      if (source instanceof Source.Parquet parquet) {
        files.addAll(parquet.files());
      } else if (source instanceof Source.Csv csv) {
        files.addAll(csv.files());
      } else if (source instanceof Source.DuckDbFile duckDb) {
        files.add(duckDb.file());
      } else {
        throw new IllegalStateException("a source without files");
      }
    }
    return files;
  }
}
