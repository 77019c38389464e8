package org.palimpsest.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Rejection;

@Tag("spark")
class TableSourceTest {
  private static SparkSession spark;

  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    spark = SparkForTests.session("local[2]");
    spark
        .sql(
            "select * from values (1, 'One.', 1L), (2, '  Größe.', 2L), (3, ' ', 3L),"
                + " (4, null, 4L), (null, 'No id.', 5L), (6, 'much too long', 6L)"
                + " as t(id, text, n)")
        .createOrReplaceTempView("texts");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static TableSource source(String name, String textField, String idField) {
    return new TableSource(
        name, new ReadingRules(DocumentMode.PARAGRAPHS, textField, idField, 12), spark);
  }

  @Test
  void readsRowsAsDocuments() {
    assertThat(source("texts", "text", "id").read(spark).collect())
        .containsExactlyInAnyOrder(
            new Document("table:texts", "1", "One."),
            new Document("table:texts", "2", "Größe."),
            new Rejection("table:texts", "3", "empty text", ""),
            new Rejection("table:texts", "4", "field 'text' is not text", ""),
            new Rejection("table:texts", "", "field 'id' is no id", ""),
            new Rejection("table:texts", "6", "longer than corpus.max-document-bytes", ""));
    assertThat(source("texts", "text", "id").bytes()).isEqualTo(4 + 10 + 1 + 6 + 13);
  }

  @Test
  void usesTheTextAsKeyWithoutAnIdColumn() {
    String key = ReadingId.ofText("One.".getBytes(StandardCharsets.UTF_8)).toString();
    assertThat(source("texts", "text", "").read(spark).collect())
        .hasSize(6)
        .contains(new Document("table:texts", key, "One."));
  }

  @Test
  void readsAnyRelationOfSparksCatalog() {
    String path = folder.resolve("orc").toString();
    spark.table("texts").where("id < 3").write().orc(path);
    assertThat(source("orc.`" + path + "`", "text", "id").read(spark).collect())
        .extracting(reading -> ((Document) reading).text())
        .containsExactlyInAnyOrder("One.", "Größe.");
    TextSource source =
        TextSources.of(
            List.of(new Input("table:texts", 2)),
            new ReadingRules(DocumentMode.LINE, "text", "id", 12),
            spark);
    assertThat(source.bytes()).isEqualTo(68);
    assertThat(source.read(spark).collect()).contains(new Document("table:texts", "1", "One.", 2));
  }

  @Test
  void listsTheColumnsIfOneIsMissing() {
    assertThatThrownBy(() -> source("texts", "body", ""))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The table texts has no column 'body': set corpus.text-field to one of id, text, n.");
    assertThatThrownBy(() -> source("texts", "text", "key"))
        .hasMessage(
            "The table texts has no column 'key': set corpus.id-field to one of id, text, n.");
  }

  @Test
  void refusesATextColumnOfAnotherType() {
    assertThatThrownBy(() -> source("texts", "n", ""))
        .hasMessage(
            "The column 'n' of the table texts has type bigint: set corpus.text-field to a column of type string.");
  }

  @Test
  void namesAMissingTable() {
    assertThatThrownBy(() -> source("no_such_table", "text", ""))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessageStartingWith("The table no_such_table cannot be read: ")
        .message()
        .doesNotContain("\n");
  }
}
