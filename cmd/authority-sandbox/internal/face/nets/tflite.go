package nets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	flatbuffers "github.com/google/flatbuffers/go"
)

// The fields of TensorFlow Lite's tables that are read, by their number, and the numbers
// of its operators (tensorflow/lite/schema/schema.fbs, version 3).
const (
	modelCodes, modelGraphs, modelBuffers                          = 1, 2, 4
	codeOld, codeNew                                               = 0, 3
	graphTensors, graphInputs, graphOutputs, graphOperators        = 0, 1, 2, 3
	tensorShape, tensorType, tensorBuffer                          = 0, 1, 2
	operatorCode, operatorInputs, operatorOutputs, operatorOptions = 0, 1, 2, 4
	bufferData                                                     = 0
	convPadding, convStrideW, convStrideH, convActivation          = 0, 1, 2, 3
	depthwiseMultiplier, depthwiseActivation                       = 3, 4
	plainActivation                                                = 0

	opAdd, opConv, opDepthwise, opMul, opReLU, opReshape, opSub, opAbs = 0, 3, 4, 18, 19, 22, 41, 101
)

// A Graph is a network that was read. It can be run by several goroutines at once.
type Graph struct {
	tensors       []tensor
	nodes         []node
	input, output int
}

// tensor is a place for values: of the file where constant is not nil.
type tensor struct {
	h, w, c  int
	constant []float32
	lastUse  int // the node behind which it is not needed any more
}

type node struct {
	op     int
	inputs []int
	output int
	kernel kernel
}

// ReadTFLite reads a model of TensorFlow Lite of one graph. The file has to be one that is
// known by its hash: of another the package of FlatBuffers may panic.
func ReadTFLite(file []byte) (g *Graph, err error) {
	defer func() {
		if r := recover(); r != nil {
			g, err = nil, fmt.Errorf("nets: the model is damaged: %v", r)
		}
	}()
	if len(file) < 8 || string(file[4:8]) != "TFL3" {
		return nil, errors.New("nets: not a model of TensorFlow Lite")
	}
	m := table{flatbuffers.Table{Bytes: file, Pos: flatbuffers.GetUOffsetT(file)}}
	graphs := m.tables(modelGraphs)
	if len(graphs) != 1 {
		return nil, fmt.Errorf("nets: %d graphs", len(graphs))
	}
	g = new(Graph)
	if err := g.readTensors(graphs[0].tables(graphTensors), m.tables(modelBuffers)); err != nil {
		return nil, err
	}
	for i, operator := range graphs[0].tables(graphOperators) {
		code := m.tables(modelCodes)[operator.int(operatorCode)]
		n, err := g.readNode(max(code.int8(codeOld), code.int(codeNew)), operator)
		if err != nil {
			return nil, fmt.Errorf("nets: operator %d: %w", i, err)
		}
		for _, in := range n.inputs {
			g.tensors[in].lastUse = i
		}
		g.nodes = append(g.nodes, n)
	}
	in, out := graphs[0].ints(graphInputs), graphs[0].ints(graphOutputs)
	if len(in) != 1 || len(out) != 1 {
		return nil, errors.New("nets: not one picture in and one vector out")
	}
	g.input, g.output = in[0], out[0]
	g.tensors[g.output].lastUse = len(g.nodes)
	return g, nil
}

// readTensors forgets the number of pictures of a batch: one is run at a time.
func (g *Graph) readTensors(all, buffers []table) error {
	for i, t := range all {
		shape, of := t.ints(tensorShape), tensor{h: 1, w: 1, lastUse: -1}
		switch len(shape) {
		case 4:
			of.h, of.w, of.c = shape[1], shape[2], shape[3]
		case 1, 2:
			of.c = shape[len(shape)-1]
		default:
			return fmt.Errorf("nets: tensor %d has %d dimensions", i, len(shape))
		}
		if raw := buffers[t.int(tensorBuffer)].bytes(bufferData); len(raw) > 0 && t.int8(tensorType) == 0 {
			for ; len(raw) >= 4; raw = raw[4:] {
				of.constant = append(of.constant, math.Float32frombits(binary.LittleEndian.Uint32(raw)))
			}
		}
		g.tensors = append(g.tensors, of)
	}
	return nil
}

func (g *Graph) readNode(op int, of table) (n node, err error) {
	n = node{op: op, inputs: of.ints(operatorInputs), output: of.ints(operatorOutputs)[0]}
	options, _ := of.at(operatorOptions)
	activation := 0
	switch op {
	case opReLU, opAbs:
	case opReshape:
		n.inputs = n.inputs[:1]
	case opAdd, opMul, opSub:
		activation = options.int8(plainActivation)
	case opConv, opDepthwise:
		if activation = options.int8(convActivation); op == opDepthwise {
			activation = options.int8(depthwiseActivation)
		}
		weights, bias := g.tensors[n.inputs[1]], g.tensors[n.inputs[2]]
		n.kernel = kernel{h: weights.h, w: weights.w, weights: weights.constant, bias: bias.constant,
			stride: options.int(convStrideW), same: options.int8(convPadding) == 0, channels: len(bias.constant)}
		if n.kernel.stride < 1 || n.kernel.stride != options.int(convStrideH) || len(weights.constant) == 0 || op == opDepthwise && options.int(depthwiseMultiplier) != 1 {
			return n, errors.New("a convolution of another kind")
		}
		n.inputs = n.inputs[:1]
	default:
		return n, fmt.Errorf("number %d is none of those that are run", op)
	}
	if activation != 0 {
		return n, errors.New("an activation is a part of it")
	}
	return n, nil
}

// table is a table of the file.
type table struct{ flatbuffers.Table }

// field is where the field stands; 0: it has its default.
func (t table) field(n int) flatbuffers.UOffsetT {
	if t.Bytes == nil {
		return 0
	}
	return flatbuffers.UOffsetT(t.Offset(flatbuffers.VOffsetT(4 + 2*n)))
}

func (t table) in(at flatbuffers.UOffsetT) table {
	return table{flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(at)}}
}

func (t table) at(n int) (table, bool) {
	o := t.field(n)
	if o == 0 {
		return table{}, false
	}
	return t.in(t.Pos + o), true
}

func vector[T any](t table, n int, one func(flatbuffers.UOffsetT) T) (all []T) {
	o := t.field(n)
	if o == 0 {
		return nil
	}
	first := t.Vector(o)
	for i := range t.VectorLen(o) {
		all = append(all, one(first+flatbuffers.UOffsetT(4*i)))
	}
	return all
}

func (t table) tables(n int) []table { return vector(t, n, t.in) }

func (t table) ints(n int) []int {
	return vector(t, n, func(at flatbuffers.UOffsetT) int { return int(t.GetInt32(at)) })
}

func (t table) bytes(n int) []byte {
	if o := t.field(n); o != 0 {
		return t.ByteVector(t.Pos + o)
	}
	return nil
}

func (t table) int(n int) int {
	if o := t.field(n); o != 0 {
		return int(t.GetInt32(t.Pos + o))
	}
	return 0
}

func (t table) int8(n int) int {
	if o := t.field(n); o != 0 {
		return int(t.GetInt8(t.Pos + o))
	}
	return 0
}
