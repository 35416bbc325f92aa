"""What in the evidence answers the question: candidates, their scores, the choice of passages, the confidence."""
