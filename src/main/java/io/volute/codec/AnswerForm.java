package io.volute.codec;

import io.volute.causal.CausalContext;
import io.volute.codec.Numbers.AnswerKind;
import io.volute.command.Answer;
import java.io.IOException;

/**
 * What can come of a forwarded change: {@code [1, version, siblings, acks, owners]} for {@code
 * Written}, {@code [2, reason, explanation, outcome, retry after]} for {@code Refused}. Other
 * answers don't travel.
 */
final class AnswerForm {
  private static final int FIELDS = 5;

  private AnswerForm() {}

  static void write(Answer answer, FieldWriter out) throws IOException {
    out.array(FIELDS);
    if (answer instanceof Answer.Written written) {
      out.constant(Numbers.ANSWERS, AnswerKind.WRITTEN);
      out.context(written.version());
      out.number(written.siblings(), 0, Integer.MAX_VALUE);
      out.number(written.acks(), 0, Integer.MAX_VALUE);
      out.number(written.owners(), 0, Integer.MAX_VALUE);
    } else if (answer instanceof Answer.Refused refused) {
      out.constant(Numbers.ANSWERS, AnswerKind.REFUSED);
      out.constant(Numbers.REASONS, refused.reason());
      // A refusal with a shortened explanation is worth more than none.
      out.utf8(Texts.lineBytes(refused.explanation(), WireLimits.MAX_EXPLANATION_BYTES));
      out.constant(Numbers.OUTCOMES, refused.outcome());
      out.number(refused.retryAfterMillis(), 0, Long.MAX_VALUE);
    } else {
      throw new UnencodableException("such an answer does not travel");
    }
  }

  static Answer read(FieldReader in) throws IOException, MalformedMessageException {
    in.array(FIELDS);
    return switch (in.constant(Numbers.ANSWERS)) {
      case WRITTEN -> {
        CausalContext version = in.context();
        int siblings = (int) in.number(0, Integer.MAX_VALUE);
        int acks = (int) in.number(0, Integer.MAX_VALUE);
        int owners = (int) in.number(0, Integer.MAX_VALUE);
        yield new Answer.Written(version, siblings, acks, owners);
      }
      case REFUSED -> {
        Answer.Reason reason = in.constant(Numbers.REASONS);
        String explanation = Texts.line(in.utf8(WireLimits.MAX_EXPLANATION_BYTES));
        Answer.Outcome outcome = in.constant(Numbers.OUTCOMES);
        long retryAfterMillis = in.number(0, Long.MAX_VALUE);
        yield new Answer.Refused(reason, explanation, outcome, retryAfterMillis);
      }
    };
  }
}
