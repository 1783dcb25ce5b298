package io.sallyport.proxy;

import io.netty.util.NetUtil;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.state.User;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that the operator says of one server, from one file.
 *
 * <pre>
 * listen: { host: 127.0.0.1, http: 8765, flight: 31337 }
 * tls: { mode: generated }
 * state: state
 * users:
 *   - { name: bob, roles: [analyst], password_hash: "$argon2id$…" }
 * datasets:
 *   - name: clinic
 *     policy: clinic.policy.yaml
 *     sources:
 *       - parquet: { table: visits, files: [visits.parquet], key: [visit_id] }
 * </pre>
 *
 * <p>A hash in braces stands in quotes, because of its commas. It holds no secret but hashes, and
 * prints not even those. What a dataset lets out is not here: that is its owner's policy, of which
 * this names the file.
 *
 * @param state the directory for all that outlives the server
 */
public record GatewayConfig(
    Listen listen,
    Tls tls,
    Path state,
    EngineSettings engine,
    Limits limits,
    List<User> users,
    List<DatasetConfig> datasets) {
  public GatewayConfig {
    users = List.copyOf(users);
    datasets = List.copyOf(datasets);
    if (tls instanceof Tls.Off && !listen.loopback()) {
      throw new IllegalArgumentException(
          "without TLS the server listens to this machine alone, such as `127.0.0.1`. Given: `"
              + listen.host()
              + "`");
    }
  }

  /**
   * Reads the file.
   *
   * @throws ConfigException with every problem at once
   */
  public static GatewayConfig read(Path file) {
    return GatewayConfigFile.read(file);
  }

  /** Where the doors are; port 0 takes any free one. */
  public record Listen(String host, int http, int flight) {
    /** True if only this machine can come in. No name but {@code localhost} is looked up. */
    public boolean loopback() {
      @Nullable InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
      return host.equals("localhost") || (address != null && address.isLoopbackAddress());
    }
  }

  /** How the doors are locked. */
  public sealed interface Tls {
    /**
     * With a certificate that the server makes itself on its first start.
     *
     * @param names by which clients call the server, besides this machine's own
     */
    record Generated(List<String> names) implements Tls {
      public Generated {
        names = List.copyOf(names);
      }
    }

    /** With a certificate chain and key in PEM files. */
    record Files(Path certificate, Path key) implements Tls {}

    /** Not at all, for clients on this machine. */
    record Off() implements Tls {}
  }

  /**
   * What one client may take.
   *
   * @param statementTimeout how long a query may run
   * @param statementBytes how long its text may be
   */
  public record Limits(Duration statementTimeout, long statementBytes) {}

  /**
   * One dataset: its rows, its policy's file, and who may see it.
   *
   * @param keys the sets of columns that the operator declares unique, primary key first; those
   *     that a DuckDB file declares itself come on top
   */
  public record DatasetConfig(
      Dataset dataset, Path policy, Audience audience, Map<TableName, List<List<String>>> keys) {
    public DatasetConfig {
      keys = Map.copyOf(keys);
    }
  }
}
