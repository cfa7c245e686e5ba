package authority

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// Batch hands over audit records and answers the authority's receipt for the
// last one that it keeps. Where it keeps none of them the receipt has no
// signature, and its number is 0, or that of the record before them.
//
// Sent is the run at the front of records that belongs to one epoch and
// follows its numbers, at most MaxBatch; call again with the rest. Records may
// be sent twice: the authority compares hashes. Errors unwrap to one of
// port.ErrRetryLater, port.ErrSetAside (speaks of the record after the receipt's)
// and port.ErrStopSending, and to the port.Fault behind it where there is one.
func (c *Client) Batch(ctx context.Context, records []port.Record) (port.Receipt, error) {
	run := front(records)
	if len(run) == 0 {
		return port.Receipt{}, nil
	}
	m := wire.RecordsRequest{Envelope: envelope()}
	for _, r := range run {
		m.Records = append(m.Records, wire.Record{Epoch: r.Epoch, Seq: r.Seq, Prev: r.Prev, Hash: r.Hash, Bytes: r.Bytes})
	}
	last := run[len(run)-1]
	head := wire.KioskHead(last.Epoch, last.Seq, last.Hash)
	l := c.current()
	var err error
	if m.Signature, err = l.signer.Sign(rand.Reader, head[:], crypto.SHA256); err != nil {
		return port.Receipt{}, fmt.Errorf("authority: sign the batch: %w: %w", err, port.ErrStopSending)
	}
	receipt, aside, err := c.hand(ctx, l, run, m)
	if errors.As(err, new(receiptError)) {
		// A resumed connection shows the certificate of the first one, as long
		// as tickets are given out on it; the authority may have another since.
		l.forget(c.dialer.name)
		m.Envelope = envelope()
		receipt, aside, err = c.hand(ctx, l, run, m)
	}
	if err != nil {
		return port.Receipt{}, class(err)
	}
	if aside {
		return receipt, fmt.Errorf("authority: record %d: %w", receipt.Seq+1, port.ErrSetAside)
	}
	return receipt, nil
}

// hand hands a batch over once; aside where the record behind the receipt's
// was refused.
func (c *Client) hand(ctx context.Context, l *transport, run []port.Record, m wire.RecordsRequest) (receipt port.Receipt, aside bool, err error) {
	var r wire.RecordsReply
	peer, err := c.post(ctx, l, wire.PathRecords, m, &r, false)
	if err != nil {
		return port.Receipt{}, false, err
	}
	receipt, err = c.checkAck(run, r, peer)
	return receipt, r.Aside, err
}

// front is the run that one message can carry.
func front(records []port.Record) []port.Record {
	n := 0
	for n < len(records) && n < wire.MaxBatch && records[n].Epoch == records[0].Epoch && records[n].Seq == records[0].Seq+uint64(n) {
		n++
	}
	return records[:n]
}

// checkAck: an acknowledgement lets the kiosk forget, so one that this kiosk
// cannot have earned is refused, and so is one without the authority's
// signature under it.
func (c *Client) checkAck(run []port.Record, r wire.RecordsReply, peer *x509.Certificate) (port.Receipt, error) {
	before, last := run[0].Seq-1, run[len(run)-1].Seq
	receipt := port.Receipt{Epoch: run[0].Epoch, Seq: r.Acked}
	switch {
	case r.Acked < before || r.Acked > last:
		return port.Receipt{}, broke("an acknowledgement of records that were not sent")
	case r.Acked == last && r.Aside, r.Acked < last && !r.Aside:
		return port.Receipt{}, broke("an acknowledgement that does not say what became of the rest")
	case r.Acked == before:
		return receipt, nil
	case r.Receipt == nil:
		return port.Receipt{}, broke("an acknowledgement without a receipt")
	}
	receipt.Head = run[r.Acked-run[0].Seq].Hash
	receipt.Signature, receipt.Key = r.Receipt.Signature, sha256.Sum256(peer.RawSubjectPublicKeyInfo)
	if t := r.Receipt; t.Epoch != wire.ID(receipt.Epoch) || t.Seq != receipt.Seq || t.Head != wire.Hash(receipt.Head) {
		return port.Receipt{}, broke("a receipt for something else")
	}
	if err := wire.CheckReceipt(*r.Receipt, c.kiosk, peer); err != nil {
		return port.Receipt{}, peerError{receiptError{err}}
	}
	return receipt, nil
}

// receiptError is a receipt that the end which answered did not sign.
type receiptError struct{ error }

// class sorts an error into what the sender does about it.
func class(err error) error {
	var refused *wire.Refused
	if errors.As(err, &refused) {
		switch refused.Code {
		case wire.CodeBusy, wire.CodeUnavailable, wire.CodeHours:
			return fmt.Errorf("%w: %w", err, port.ErrRetryLater{After: refused.After})
		}
		return fmt.Errorf("%w: %w", err, port.ErrStopSending)
	}
	var network networkError
	if errors.As(err, &network) {
		return fmt.Errorf("%w: %w", err, port.ErrRetryLater{After: wire.RetryAfter(err)})
	}
	return fmt.Errorf("%w: %w", err, port.ErrStopSending)
}
