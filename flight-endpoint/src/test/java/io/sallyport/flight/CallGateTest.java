package io.sallyport.flight;

import static io.sallyport.flight.OpenDoor.ANN;
import static io.sallyport.flight.OpenDoor.BOB;
import static io.sallyport.flight.OpenDoor.basic;
import static io.sallyport.flight.OpenDoor.bearer;
import static io.sallyport.flight.OpenDoor.failure;
import static io.sallyport.flight.OpenDoor.header;
import static io.sallyport.flight.OpenDoor.rows;
import static io.sallyport.flight.OpenDoor.sqlState;
import static io.sallyport.flight.OpenDoor.stream;
import static io.sallyport.flight.OpenDoor.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.Map;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult.Error;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallGateTest {
  private OpenDoor open;

  @BeforeEach
  void open() throws Exception {
    open = new OpenDoor();
  }

  @AfterEach
  void close() throws Exception {
    open.close();
  }

  private static void works(FlightSqlClient client, CallOption... options) throws Exception {
    FlightInfo info = client.execute("ROWS 2", options);
    assertThat(rows(stream(client, info, options))).containsExactly("0, row 0", "1, row 1");
  }

  @Test
  void takesBasicOnEveryCall() throws Exception {
    works(open.sql(), ANN);
  }

  @Test
  void takesTheBearerTokenOfAHandshake() throws Exception {
    FlightClient client = open.client();
    CallOption token = client.authenticateBasicToken("ann", "ann-secret").orElseThrow();
    works(new FlightSqlClient(client), token);
    assertThat(open.door.sessions()).isEqualTo(1);
  }

  @Test
  void takesATokenIssuedElsewhere() throws Exception {
    works(open.sql(), bearer("token-of-ann"));
  }

  @Test
  void takesTheCookieAlone() throws Exception {
    FlightClient client = open.client(new ClientCookieMiddleware.Factory());
    client.authenticateBasicToken("ann", "ann-secret");
    works(new FlightSqlClient(client));
    assertThat(open.door.sessions()).isEqualTo(1);
  }

  @Test
  void takesTheCookieAloneAfterACallWithAToken() throws Exception {
    FlightSqlClient client = open.sqlWithCookies();
    client.getTableTypes(bearer("token-of-ann"));
    works(client);
  }

  @Test
  void refusesWrongCredentialsAlike() throws Exception {
    FlightSqlClient client = open.sql();
    String sentence = "wrong user, password or token; send them as Basic or Bearer authorization";
    for (CallOption wrong :
        new CallOption[] {
          basic("ann", "bob-secret"),
          basic("nobody", "ann-secret"),
          bearer("token-of-bob"),
          header("authorization", "Basic !!"),
          header("authorization", "Basic YW5u"),
          header("authorization", "Digest x"),
          header("x", "y")
        }) {
      assertThat(told(() -> client.execute("ROWS 1", wrong)))
          .containsExactly("28000", "WRONG_CREDENTIALS", sentence);
    }
    assertThat(failure(() -> client.execute("ROWS 1")).status().code())
        .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
    assertThat(open.door.sessions()).isZero();
  }

  @Test
  void refusesAHandshakeWithAWrongPassword() throws Exception {
    FlightClient client = open.client();
    assertThat(failure(() -> client.authenticateBasicToken("ann", "x")).status().code())
        .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
  }

  @Test
  void refusesACookieOfAnotherUser() throws Exception {
    FlightSqlClient client = open.sqlWithCookies();
    client.getTableTypes(ANN);
    assertThat(sqlState(() -> client.execute("ROWS 1", BOB))).isEqualTo("28000");
    assertThat(sqlState(() -> client.execute("ROWS 1", basic("ann", "x")))).isEqualTo("28000");
  }

  @Test
  void refusesAnUnknownCookieEvenWithAPassword() throws Exception {
    FlightSqlClient client = open.sql();
    CallOption cookie = header("cookie", "arrow_flight_session_id=AAAA");
    assertThat(sqlState(() -> client.execute("ROWS 1", cookie, ANN))).isEqualTo("08003");
    assertThat(sqlState(() -> client.execute("ROWS 1", cookie))).isEqualTo("08003");
  }

  @Test
  void endsIdleSessions() throws Exception {
    FlightSqlClient cookies = open.sqlWithCookies();
    cookies.getTableTypes(ANN);
    cookies.getTableTypes(ANN);
    open.sql().getTableTypes(BOB);
    assertThat(open.door.sessions()).isEqualTo(2);
    open.clock.pass(Duration.ofMinutes(2));
    open.door.sweep();
    assertThat(open.door.sessions()).as("one that did not come back goes sooner").isEqualTo(1);
    open.clock.pass(Duration.ofMinutes(29));
    open.door.sweep();
    assertThat(open.door.sessions()).isZero();
    assertThat(sqlState(() -> cookies.getTableTypes(ANN))).isEqualTo("08003");
  }

  @Test
  void takesPropertiesFromHeaders() throws Exception {
    FlightSqlClient client = open.sql();
    works(client, ANN, header("sallyport-dataset", "clinic"), header("sallyport-purpose", "care"));
    assertThat(open.gateway.opened).containsExactly(Map.of("dataset", "clinic", "purpose", "care"));
  }

  @Test
  void setsAndForgetsSessionOptions() throws Exception {
    FlightClient client = open.client(new ClientCookieMiddleware.Factory());
    var made = SessionOptionValueFactory.makeSessionOptionValue("clinic");
    var result =
        client.setSessionOptions(
            new SetSessionOptionsRequest(
                Map.of(
                    "schema",
                    made,
                    "colour",
                    made,
                    "approval",
                    SessionOptionValueFactory.makeSessionOptionValue(true),
                    "purpose",
                    SessionOptionValueFactory.makeSessionOptionValue("nowhere"))),
            ANN);
    assertThat(result.getErrors())
        .containsOnly(
            entry("colour", new Error(ErrorValue.INVALID_NAME)),
            entry("approval", new Error(ErrorValue.INVALID_VALUE)),
            entry("purpose", new Error(ErrorValue.INVALID_VALUE)));
    works(new FlightSqlClient(client), ANN, header("sallyport-purpose", "care"));
    assertThat(open.gateway.opened)
        .containsExactly(
            Map.of("dataset", "clinic"), Map.of("dataset", "clinic", "purpose", "care"));
    assertThat(client.closeSession(new CloseSessionRequest(), ANN).getStatus())
        .isEqualTo(CloseSessionResult.Status.CLOSED);
    assertThat(open.door.sessions()).isZero();
    works(new FlightSqlClient(client), ANN);
  }
}
