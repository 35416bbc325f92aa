"""What the cross-encoder learns: the losses of its four heads.

A claim has the cross-entropy of its label. A question has the sum of
    the mean cross-entropy of "does it answer"               so that the score means the same for all questions
    -log(share of the sentence that answers)                 listwise: Cao et al. 2007, "Learning to Rank"
    half the cross-entropies of where the answer begins      among all its sentences: Devlin et al. 2019, "BERT"
        and where it ends
    half the cross-entropy of "can it be answered"           Rajpurkar et al. 2018, "Know What You Don't Know"
of which a question without a sentence that answers has the first and the last alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.ranker.cross_encoder import Network, Outputs
from training.items import NO_SPAN, Item

if TYPE_CHECKING:
    import torch

SPAN, ANSWERABLE = 0.5, 0.5
"""Weights of the two losses that a question shares with the others in its sum."""


class MultitaskLoss:
    """The summed loss of some items; keeps the mean of each head for the log."""

    def __init__(self, network: Network, *, bfloat16: bool) -> None:
        self._network, self._bfloat16 = network, bfloat16
        self._sums: defaultdict[str, list[float]] = defaultdict(list)

    def __call__(self, items: Sequence[Item]) -> "torch.Tensor":
        """The sum over the items, shape ()."""
        import torch

        device = self._network.bert.device
        with torch.autocast(device.type, torch.bfloat16, enabled=self._bfloat16):
            encoded = self._network.encoded([item.window for item in items])
        outputs = self._network.outputs(*encoded)  # in float32, as their gradients need it
        losses = [*self._claims(items, outputs), *self._questions(items, outputs)]
        return torch.stack(losses).sum()

    def means(self) -> Mapping[str, float]:
        """The mean loss of each head since the last call, in nats: "claim", "rank", "answers", "span", "answerable"."""
        means = {name: sum(values) / len(values) for name, values in sorted(self._sums.items())}
        self._sums.clear()
        return means

    def _claims(self, items: Sequence[Item], outputs: Outputs) -> "list[torch.Tensor]":
        import torch

        rows = [row for row, item in enumerate(items) if item.is_claim]
        if not rows:
            return []
        labels = torch.tensor([items[row].label for row in rows], device=outputs.verdicts.device)
        losses = torch.nn.functional.cross_entropy(outputs.verdicts[rows], labels, reduction="none")
        return [self._noted("claim", losses)]

    def _questions(self, items: Sequence[Item], outputs: Outputs) -> "list[torch.Tensor]":
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits as binary

        losses: defaultdict[str, list[torch.Tensor]] = defaultdict(list)
        for row, item in enumerate(items):
            if item.is_claim:
                continue
            own = outputs.scores[row, [sentence.mark for sentence in item.sentences]]
            right = torch.tensor([sentence.right for sentence in item.sentences], device=own.device)
            losses["answers"].append(binary(own, right.float()))
            losses["answerable"].append(binary(outputs.answerable[row], right.any().float()))
            if right.any():
                losses["rank"].append(own.logsumexp(0) - own[right].logsumexp(0))
            losses["span"] += self._spans(item, outputs.spans[row])
        weights = {"span": SPAN, "answerable": ANSWERABLE}
        return [weights.get(name, 1.0) * self._noted(name, torch.stack(own)) for name, own in losses.items() if own]

    def _spans(self, item: Item, logits: "torch.Tensor") -> "list[torch.Tensor]":
        """The loss of the marked answer of a question, none where no words are marked; `logits`: (pieces, 2)."""
        spans = [sentence.span for sentence in item.sentences if sentence.span != NO_SPAN]
        if not spans:
            return []
        pieces = [at for sentence in item.sentences for at in range(sentence.first, sentence.mark)]
        shares = logits[pieces].log_softmax(0)
        places = [[pieces.index(span[end]) for span in spans] for end in (0, 1)]
        return [-shares[places[0], 0].logsumexp(0) - shares[places[1], 1].logsumexp(0)]

    def _noted(self, name: str, losses: "torch.Tensor") -> "torch.Tensor":
        self._sums[name] += losses.detach().tolist()
        return losses.sum()
