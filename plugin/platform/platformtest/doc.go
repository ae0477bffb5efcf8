// Package platformtest is the kit that every platform must pass. It exists so
// that what is promised of all of them (forged calls fail, repeats get one
// answer, odd bodies do no harm, trouble ends as the owner chose) is tested in
// one place and the same way for each, and a new platform gets all of it for one
// call:
//
//	func TestKit(t *testing.T) {
//		platformtest.Run(t, platformtest.Kit{
//			Platform: braze.Platform(),
//			Call:     platform.Call{Method: "POST", Body: []byte(`{…}`)},
//		})
//	}
//
// Besides, it serves each testdata/*.http to a gate with a standing clock and
// compares what was asked and answered with the .golden file beside it.
// UPDATE_GOLDEN=1 go test ./… writes those; read the difference before you commit
// it. A comment in the .http file may say how it is to be served:
//
//	# scheme: basic         sign with this scheme; "none" serves it as it stands
//	# on_trouble: hold      the owner's choice
//	# outage: store down    one of Outages
//	# setting: answer=status
package platformtest
