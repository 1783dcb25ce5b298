package io.sallyport.flight;

import io.sallyport.flight.FlightGateway.Dialect;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlNullOrdering;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlOuterJoinsSupportLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedElementActions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedGroupBy;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedPositionedCommands;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedResultSetType;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedSubqueries;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedUnions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlTransactionIsolationLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedAnsi92SqlGrammarLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedSqlGrammar;

/**
 * What the server says of itself: it reads only, knows no transactions and can cancel.
 *
 * <p>It leaves out codes that it has no answer for: versions of Substrait, concurrencies of
 * cursors, and what a newer client may ask.
 */
final class SqlInfo {
  private static final int LONGEST_STATEMENT = 1_000_000;
  private static final int NO_LIMIT = 0;

  private static final Set<Integer> ANSWERED =
      EnumSet.complementOf(
              EnumSet.of(
                  FlightSql.SqlInfo.UNRECOGNIZED,
                  FlightSql.SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MIN_VERSION,
                  FlightSql.SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION,
                  FlightSql.SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED,
                  FlightSql.SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY,
                  FlightSql.SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE,
                  FlightSql.SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE))
          .stream()
          .map(FlightSql.SqlInfo::getNumber)
          .collect(Collectors.toUnmodifiableSet());

  private final SqlInfoBuilder facts = new SqlInfoBuilder();

  SqlInfo(Dialect dialect) {
    server(dialect);
    names(dialect);
    syntax();
    limits();
    refusals();
  }

  /**
   * Answers with the facts asked for.
   *
   * @param codes of {@link FlightSql.SqlInfo}; none means all
   */
  void send(List<Integer> codes, CatalogRows rows, ServerStreamListener client) {
    List<Integer> known =
        (codes.isEmpty() ? ANSWERED.stream() : codes.stream())
            .filter(ANSWERED::contains)
            .sorted()
            .distinct()
            .toList();
    if (known.isEmpty()) {
      // The builder would take an empty list for a wish to have everything.
      rows.none(FlightSqlProducer.Schemas.GET_SQL_INFO_SCHEMA, client);
    } else {
      facts.send(known, client);
    }
  }

  private void server(Dialect dialect) {
    String arrow = FlightSqlProducer.class.getPackage().getImplementationVersion();
    facts
        .withFlightSqlServerName(dialect.product())
        .withFlightSqlServerVersion(dialect.version())
        .withFlightSqlServerArrowVersion(Optional.ofNullable(arrow).orElse("18"))
        .withFlightSqlServerReadOnly(true)
        .withFlightSqlServerSql(true)
        .withFlightSqlServerSubstrait(false)
        .withFlightSqlServerTransaction(SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_NONE)
        .withFlightSqlServerCancel(true)
        .withFlightSqlServerBulkIngestion(false)
        .withFlightSqlServerBulkIngestionTransaction(false)
        .withFlightSqlServerStatementTimeout(NO_LIMIT)
        .withFlightSqlServerTransactionTimeout(NO_LIMIT);
  }

  private void names(Dialect dialect) {
    facts
        .withSqlIdentifierCase(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
        .withSqlQuotedIdentifierCase(
            SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
        .withSqlIdentifierQuoteChar("\"")
        .withSqlSearchStringEscape("\\")
        .withSqlExtraNameCharacters("")
        .withSqlSchemaTerm("dataset")
        .withSqlCatalogTerm("")
        .withSqlProcedureTerm("")
        .withSqlCatalogAtStart(false)
        .withSqlSchemasSupportedActions()
        .withSqlCatalogsSupportedActions(new SqlSupportedElementActions[0])
        .withSqlAllTablesAreSelectable(false)
        .withSqlKeywords(array(dialect.keywords()))
        .withSqlNumericFunctions(array(dialect.numericFunctions()))
        .withSqlStringFunctions(array(dialect.stringFunctions()))
        .withSqlDatetimeFunctions(array(dialect.datetimeFunctions()))
        .withSqlSystemFunctions(new String[0]);
  }

  private static String[] array(List<String> names) {
    return names.toArray(String[]::new);
  }

  private void syntax() {
    facts
        .withSqlSupportsColumnAliasing(true)
        .withSqlNullPlusNullIsNull(true)
        .withSqlNullOrdering(SqlNullOrdering.SQL_NULLS_SORTED_AT_END)
        .withSqlSupportsConvert(Map.of())
        .withSqlSupportsTableCorrelationNames(true)
        .withSqlSupportsDifferentTableCorrelationNames(false)
        .withSqlSupportsExpressionsInOrderBy(true)
        .withSqlSupportsOrderByUnrelated(true)
        .withSqlSupportedGroupBy(
            SqlSupportedGroupBy.SQL_GROUP_BY_UNRELATED,
            SqlSupportedGroupBy.SQL_GROUP_BY_BEYOND_SELECT)
        .withSqlSupportsLikeEscapeClause(true)
        .withSqlSupportsNonNullableColumns(true)
        .withSqlSupportedGrammar(
            SupportedSqlGrammar.SQL_MINIMUM_GRAMMAR, SupportedSqlGrammar.SQL_CORE_GRAMMAR)
        .withSqlAnsi92SupportedLevel(SupportedAnsi92SqlGrammarLevel.ANSI92_ENTRY_SQL)
        .withSqlSupportsIntegrityEnhancementFacility(false)
        .withSqlOuterJoinSupportLevel(
            SqlOuterJoinsSupportLevel.SQL_LIMITED_OUTER_JOINS,
            SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS)
        .withSqlSubQueriesSupported(
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_COMPARISONS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_EXISTS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_INS)
        .withSqlCorrelatedSubqueriesSupported(true)
        .withSqlSupportedUnions(SqlSupportedUnions.SQL_UNION, SqlSupportedUnions.SQL_UNION_ALL)
        .withSqlSupportedResultSetTypes(SqlSupportedResultSetType.SQL_RESULT_SET_TYPE_FORWARD_ONLY);
  }

  private void limits() {
    facts
        .withSqlMaxStatementLength(LONGEST_STATEMENT)
        .withSqlMaxBinaryLiteralLength(NO_LIMIT)
        .withSqlMaxCharLiteralLength(NO_LIMIT)
        .withSqlMaxColumnNameLength(NO_LIMIT)
        .withSqlMaxColumnsInGroupBy(NO_LIMIT)
        .withSqlMaxColumnsInIndex(NO_LIMIT)
        .withSqlMaxColumnsInOrderBy(NO_LIMIT)
        .withSqlMaxColumnsInSelect(NO_LIMIT)
        .withSqlMaxColumnsInTable(NO_LIMIT)
        .withSqlMaxConnections(NO_LIMIT)
        .withSqlMaxCursorNameLength(NO_LIMIT)
        .withSqlMaxIndexLength(NO_LIMIT)
        .withSqlDbSchemaNameLength(NO_LIMIT)
        .withSqlMaxProcedureNameLength(NO_LIMIT)
        .withSqlMaxCatalogNameLength(NO_LIMIT)
        .withSqlMaxRowSize(NO_LIMIT)
        .withSqlMaxRowSizeIncludesBlobs(true)
        .withSqlMaxStatements(NO_LIMIT)
        .withSqlMaxTableNameLength(NO_LIMIT)
        .withSqlMaxTablesInSelect(NO_LIMIT)
        .withSqlMaxUsernameLength(NO_LIMIT);
  }

  private void refusals() {
    facts
        .withSqlDdlCatalog(false)
        .withSqlDdlSchema(false)
        .withSqlDdlTable(false)
        .withSqlSelectForUpdateSupported(false)
        .withSqlSupportedPositionedCommands(new SqlSupportedPositionedCommands[0])
        .withSqlStoredProceduresSupported(false)
        .withSqlStoredFunctionsUsingCallSyntaxSupported(true)
        .withSqlTransactionsSupported(false)
        .withSqlDefaultTransactionIsolation(SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE_VALUE)
        .withSqlSupportedTransactionsIsolationLevels(
            SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE)
        .withSqlDataDefinitionCausesTransactionCommit(false)
        .withSqlDataDefinitionsInTransactionsIgnored(false)
        .withSqlSavepointsSupported(false)
        .withSqlBatchUpdatesSupported(false)
        .withSqlNamedParametersSupported(false)
        .withSqlLocatorsUpdateCopy(false);
  }
}
