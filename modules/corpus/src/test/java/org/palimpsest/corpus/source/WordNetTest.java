package org.palimpsest.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;

@Tag("spark")
class WordNetTest {
  @Test
  void readsEverySynsetAsADocument() throws Exception {
    try (SparkSession session = SparkForTests.session("local[2]")) {
      List<Reading> readings = new WordNetSource().read(session).collect();
      assertThat(readings).hasSize(117_791).allMatch(reading -> reading instanceof Document);
      assertThat(readings).extracting(reading -> ((Document) reading).id()).doesNotHaveDuplicates();
      assertThat(readings)
          .contains(
              new Document(
                  "wordnet/data.noun",
                  "00002684",
                  "A tangible and visible entity; an entity that can cast a shadow. "
                      + "It was full of rackets, balls and other objects."));
    }
  }

  @Test
  void siblingsAreDocumentsOfSeveralGlossesThatOccurOnce() throws Exception {
    try (SparkSession session = SparkForTests.session("local[2]")) {
      List<Reading> readings = new WordNetSiblings().read(session).collect();
      assertThat(readings).hasSizeGreaterThan(10_000).allMatch(one -> one instanceof Document);
      assertThat(readings).extracting(one -> ((Document) one).id()).doesNotHaveDuplicates();
      assertThat(readings)
          .extracting(one -> ((Document) one).text())
          .filteredOn(text -> text.contains("A range horse of the western United States."))
          .singleElement()
          .asString()
          .contains("A small agile horse specially bred and trained for playing polo.");
    }
  }
}
