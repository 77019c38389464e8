package org.palimpsest.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Vocabulary;

class ModelCardTest {
  private static final ModelSpec SPEC = ModelPreset.TINY.spec(Vocabulary.standard(3000, 0));

  @Test
  void theCardTellsWhatIsKnown() {
    List<Report.CurvePoint> curve =
        IntStream.rangeClosed(1, 50)
            .mapToObj(i -> new Report.CurvePoint(i * 100L, i, i * 64_000L, 9.0 / i + 3))
            .toList();
    String card =
        card(
                Map.of("documents", 12_345L),
                curve,
                List.of(new Report.EvaluationRow("model", "damaged", 9000, 2.5, 0.456)))
            .markdown();

    assertThat(card)
        .startsWith("---\n# To fill in before publishing: the license")
        .contains("\nlibrary_name: transformers\ntags:\n- bart\n- denoising\n")
        .contains("# books\n")
        .contains("| documents | 12,345 |")
        .contains("Objective: `bart`.")
        .contains("| 100 | 64,000 | 12.000 |\n")
        .contains("| 5,000 | 3,200,000 | 3.180 |")
        .contains("| model | corrupted | 9,000 | 2.500 | 45.6 % |")
        .contains("tokenizer(\"A <mask>.\", return")
        .contains("AutoModelForSeq2SeqLM.from_pretrained(\"books\")");
    assertThat(card.lines().filter(line -> line.matches("\\| [\\d,]+ \\| [\\d,]+ \\| .*")))
        .as("losses")
        .hasSize(8);
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    assertThat(card(Map.of(), List.of(), List.of()).markdown())
        .contains("## Training data\n\nTo fill in:")
        .doesNotContain("Losses are")
        .doesNotContain("## Evaluation")
        .endsWith("known faults.\n");
  }

  private static ModelCard card(
      Map<String, Long> corpus,
      List<Report.CurvePoint> curve,
      List<Report.EvaluationRow> evaluation) {
    return new ModelCard("books", "bart", SPEC, "bart", "A <mask>.", corpus, curve, evaluation);
  }
}
