package org.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.palimpsest.evaluation.EvaluationReport.Baselines;
import org.palimpsest.evaluation.EvaluationReport.Certainty;
import org.palimpsest.evaluation.EvaluationReport.Losses;
import org.palimpsest.evaluation.EvaluationReport.RestoredSpans;
import org.palimpsest.evaluation.EvaluationReport.Sample;
import org.palimpsest.evaluation.EvaluationReport.Scores;
import org.palimpsest.evaluation.EvaluationReport.Subject;
import org.palimpsest.evaluation.bootstrap.Interval;

class EvaluationReportTest {
  /** The JSON is flat, and its fields have a fixed order. */
  @Test
  void writesJson() throws JsonProcessingException {
    PositionScore score = new PositionScore(4, 1.5, 0.5);
    EvaluationReport report =
        new EvaluationReport(
            new Subject("runs/a", "bart", 7),
            new Sample(3, 90, 12),
            new Losses(2, 7.5, 0.25),
            new Certainty(2, Optional.of(new Interval(1.5, 2.5)), Optional.empty()),
            new Scores(score, score, score),
            new Baselines(score, score),
            new RestoredSpans(64, 100, 0.25, 0.125),
            1.5);
    String position = "{\"positions\":4,\"loss\":1.5,\"accuracy\":0.5}";

    assertThat(new ObjectMapper().writeValueAsString(report))
        .isEqualTo(
            ("{'model':'runs/a','objective':'bart','seed':7,'blocks':3,'utf8Bytes':90,"
                    + "'targetTokens':12,'loss':2.0,'perplexity':7.5,'natsPerByte':0.25,'documents':2,"
                    + "'lossInterval':[1.5,2.5],'natsPerByteInterval':null,'damaged':%1$s,"
                    + "'kept':%1$s,'moved':%1$s,'unigram':%1$s,'bigram':%1$s,"
                    + "'restored':{'texts':64,'spans':100,'rougeL':0.25,'unigramRougeL':0.125},"
                    + "'seconds':1.5}")
                .replace('\'', '"')
                .formatted(position));
  }
}
