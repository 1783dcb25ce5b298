package io.sallyport.flight;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.NoOpSessionOptionValueVisitor;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.jspecify.annotations.Nullable;

/**
 * Flight's session options as settings of a session: {@code dataset} (some clients say {@code
 * catalog} or {@code schema}), {@code purpose} and {@code approval}.
 *
 * <p>Each option is set, or told to be wrong, on its own.
 */
final class SessionOptions {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "catalog", "dataset",
          "schema", "dataset",
          "dataset", "dataset",
          "purpose", "purpose",
          "approval", "approval");

  private SessionOptions() {}

  static GetSessionOptionsResult of(ClientSession session) {
    Map<String, SessionOptionValue> options = new HashMap<>();
    session
        .options()
        .forEach(
            (name, value) ->
                options.put(name, SessionOptionValueFactory.makeSessionOptionValue(value)));
    return new GetSessionOptionsResult(options);
  }

  static SetSessionOptionsResult set(
      ClientSession session, Map<String, SessionOptionValue> options) {
    Map<String, SetSessionOptionsResult.Error> errors = new HashMap<>();
    options.forEach(
        (name, value) -> {
          String option = OPTIONS.get(name);
          String text = text(value);
          if (option == null) {
            errors.put(name, error(SetSessionOptionsResult.ErrorValue.INVALID_NAME));
          } else if (text == null || !accepted(session, option, text)) {
            errors.put(name, error(SetSessionOptionsResult.ErrorValue.INVALID_VALUE));
          }
        });
    return new SetSessionOptionsResult(errors);
  }

  private static boolean accepted(ClientSession session, String option, String value) {
    try {
      session.set(Map.of(option, value));
      return true;
    } catch (FlightError e) {
      if (e.kind() == FlightError.Kind.INVALID || e.kind() == FlightError.Kind.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private static SetSessionOptionsResult.Error error(SetSessionOptionsResult.ErrorValue value) {
    return new SetSessionOptionsResult.Error(value);
  }

  /** A text, the empty text for an option to unset, or null for any other kind of value. */
  private static @Nullable String text(SessionOptionValue value) {
    return value.acceptVisitor(
        new NoOpSessionOptionValueVisitor<@Nullable String>() {
          @Override
          public String visit(String text) {
            return text;
          }

          @Override
          public String visit(Void unset) {
            return "";
          }
        });
  }
}
