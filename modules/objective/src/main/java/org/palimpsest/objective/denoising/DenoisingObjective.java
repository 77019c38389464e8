package org.palimpsest.objective.denoising;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.source.SourceFunction;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.structure.TokenInsertion;
import org.palimpsest.objective.target.TargetFunction;
import org.palimpsest.objective.text.Rounding;

/**
 * An objective made of the four axes of T5's taxonomy, after structural steps.
 *
 * @param name what it is known by
 * @param steps changes of order or length, in this order, before the noise
 * @param noise which tokens are corrupted
 * @param source what replaces them
 * @param target what the decoder shall say
 * @param loss where the loss counts
 * @param frame what stands around the text
 * @param modeToken text of a special token that is written before the source's text, so that the
 *     model knows which objective of a mixture this is; empty for none
 */
public record DenoisingObjective(
    String name,
    List<StructuralStep> steps,
    NoiseMask noise,
    SourceFunction source,
    TargetFunction target,
    LossScope loss,
    Frame frame,
    String modeToken)
    implements Objective {

  public DenoisingObjective {
    steps = List.copyOf(steps);
    ObjectiveChecks.refuseContradictions(name, steps, noise, target, loss);
  }

  /** The same with another mode token; empty for none. */
  public DenoisingObjective withModeToken(String token) {
    return new DenoisingObjective(name, steps, noise, source, target, loss, frame, token);
  }

  /** The same under another name. */
  public DenoisingObjective withName(String other) {
    return new DenoisingObjective(other, steps, noise, source, target, loss, frame, modeToken);
  }

  @Override
  public Corruptor corruptor(Vocabulary vocabulary, int blockTokens) {
    return new DenoisingCorruptor(this, ObjectiveChecks.bench(this, vocabulary, null, blockTokens));
  }

  @Override
  public Corruptor corruptor(TextCodec codec, int blockTokens) {
    return new DenoisingCorruptor(
        this, ObjectiveChecks.bench(this, codec.vocabulary(), codec, blockTokens));
  }

  @Override
  public boolean readsText() {
    return steps.stream().anyMatch(StructuralStep::readsText);
  }

  @Override
  public DenoisingObjective ofTokens() {
    List<StructuralStep> others = steps.stream().filter(step -> !step.readsText()).toList();
    return new DenoisingObjective(
        name, others, noise, source, target, readsText() ? LossScope.ALL : loss, frame, modeToken);
  }

  @Override
  public Needs needs(int blockTokens) {
    NoiseForecast forecast = noise.forecast(damageable(blockTokens));
    int spans = forecast.likelySpans();
    int sentinels = Math.max(source.sentinels(spans), target.sentinels(spans, forecast));
    boolean mask = source.needsMask() && forecast.mostSpans() > 0;
    for (StructuralStep step : steps) {
      mask |= step instanceof TokenInsertion insertion && insertion.writesMasks();
    }
    return new Needs(sentinels, mask, modeToken.isEmpty() ? List.of() : List.of(modeToken));
  }

  /** Number of tokens that the noise may corrupt, of a block of so many. */
  private int damageable(int rawTokens) {
    double text = rawTokens;
    for (StructuralStep step : steps) {
      text = Math.min(text, step.lengthAfter(text));
    }
    return Rounding.even(text);
  }

  @Override
  public Lengths lengths(Vocabulary vocabulary, int rawTokens) {
    double after = rawTokens;
    int longest = rawTokens;
    for (StructuralStep step : steps) {
      after = step.lengthAfter(after);
      longest = step.longestAfter(longest);
    }
    NoiseForecast forecast = noise.forecast(damageable(rawTokens));
    int framing = frame.tokens(vocabulary);
    int sourceFraming = framing + (modeToken.isEmpty() ? 0 : 1);
    int targetFraming = target.framed() ? framing : 0;
    return new Lengths(
        source.expectedLength(after, forecast) + sourceFraming,
        source.longest(longest, forecast) + sourceFraming,
        target.expectedLength(rawTokens, forecast) + targetFraming,
        target.longest(rawTokens, forecast) + targetFraming);
  }

  @Override
  public Map<String, Object> describe() {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("name", name);
    List<Object> stepDescriptions = new ArrayList<>();
    steps.forEach(step -> stepDescriptions.add(step.describe()));
    description.put("steps", stepDescriptions);
    description.put("noise", noise.describe());
    description.put("source", source.describe());
    description.put("target", target.describe());
    description.put("loss", Section.kebab(loss));
    description.put("frame", Section.kebab(frame));
    if (!modeToken.isEmpty()) {
      description.put("mode-token", modeToken);
    }
    return description;
  }
}
